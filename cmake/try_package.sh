#!/usr/bin/env bash
# try_package.sh PACKAGE.deb: installs the package in a clean Debian 12 root, as a user would, and runs the default scenario
# there. No root is needed, and nothing is left behind. The last line says how long each took. Exit status 77 where no such
# root can be made, as without a network.
set -euo pipefail
package=$(realpath "$1")
command -v mmdebstrap >/dev/null || {
  echo "try_package: install mmdebstrap" >&2
  exit 77
}

notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
now() { echo "--customize-hook=date +%s >$notes/$1"; }
inside() { echo "--customize-hook=chroot \"\$1\" sh -c '$*'"; }
seconds() { echo $(($(<"$notes/$2") - $(<"$notes/$1"))); }

mmdebstrap --quiet --variant=apt --format=null --customize-hook="copy-in $package /tmp" \
  "$(inside 'apt-get update -qq -o APT::Update::Error-Mode=any')" \
  "$(now start)" \
  "$(inside 'apt-get install -y -qq --no-install-recommends /tmp/*.deb >&2')" \
  "$(now installed)" \
  "$(inside 'cd /tmp && quantbench run default')" \
  "$(now table)" \
  bookworm >"$notes/log" 2>&1 || {
  cat "$notes/log" >&2
  [ -e "$notes/start" ] || {
    echo "try_package: mmdebstrap could not make a clean root" >&2
    exit 77
  }
  echo "try_package: the package doesn't install or run in a clean root" >&2
  exit 1
}
cat "$notes/log"
echo "installed in $(seconds start installed) s, first table after another $(seconds installed table) s"
