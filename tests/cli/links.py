#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""links.py FOLDER: names each relative link in FOLDER's Markdown pages that leads nowhere; exit status 1 if there is one."""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
broken = []
for page in sorted(folder.rglob("*.md")):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        target = link.split("#")[0]
        if target and "://" not in target and not (page.parent / target).exists():
            broken.append(f"{page.relative_to(folder)}: {link}")
print("\n".join(broken))
sys.exit(1 if broken else 0)
