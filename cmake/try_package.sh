#!/usr/bin/env bash
# try_package.sh PACKAGE.deb: installs the package in a clean Debian 12 root, as a user would, and runs the default scenario
# there. No root is needed, and nothing is left behind. The last line says how long each took.
set -euo pipefail
package=$(realpath "$1")
command -v mmdebstrap >/dev/null || {
  echo "try_package: install mmdebstrap" >&2
  exit 2
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
mmdebstrap --quiet --variant=apt --format=null \
  --customize-hook="copy-in $package /tmp" \
  --customize-hook='date +%s >"$1/tmp/start"' \
  --customize-hook='chroot "$1" sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/*.deb" >&2' \
  --customize-hook='date +%s >"$1/tmp/installed"' \
  --customize-hook='chroot "$1" sh -c "cd /tmp && quantbench run default"' \
  --customize-hook='date +%s >"$1/tmp/done"' \
  --customize-hook='echo "installed in $(($(cat "$1/tmp/installed") - $(cat "$1/tmp/start"))) s, first table after another $(($(cat "$1/tmp/done") - $(cat "$1/tmp/installed"))) s"' \
  "${SUITE:-bookworm}" >"$log" 2>&1 || {
  cat "$log" >&2
  echo "try_package: the package doesn't install or run in a clean root" >&2
  exit 1
}
cat "$log"
