#!/usr/bin/env bash
# record.sh [PROGRAM]: records a first run in a terminal of 80 columns as docs/first_table.svg (Debian: termtosvg). Waits
# are shortened to half a second; what is shown is what the program prints.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-build/release/bin/quantbench}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/session" <<SESSION
#!/usr/bin/env bash
cd "$folder"
export QUANTBENCH_CACHE=$folder/cache PATH=$(dirname "$program"):\$PATH
line="quantbench run default --quick"
printf '\$ '
for ((i = 0; i < \${#line}; ++i)); do
  printf '%s' "\${line:i:1}"
  sleep 0.05
done
echo
\$line
sleep 1
SESSION
chmod +x "$folder/session"
# termtosvg wants a terminal itself, which CI and editors lack.
script -qec "termtosvg docs/first_table.svg -c $folder/session -g 80x30 -m 120 -M 500 -D 5000 -t window_frame" /dev/null >/dev/null </dev/null
# Bright green, which marks the best values, is nearly the background in base16 themes.
sed -i 's/class="color10"/class="color2"/g' docs/first_table.svg
ls -l docs/first_table.svg
