#!/usr/bin/env bash
# quantbench report as its users call it: where the page goes, exit status and messages.
#   report.sh QUANTBENCH
set -uo pipefail
quantbench=$1
results=$(dirname "$0")/../browser/results.json
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

# refused MESSAGE RESULTS: exit status 2 and the message on stderr.
refused() {
  local status=0
  "$quantbench" report "$2" >"$scratch/out" 2>"$scratch/err" || status=$?
  if [ "$status" -ne 2 ] || ! grep -qF -e "$1" "$scratch/err"; then
    fail "report $2: exit $status, $(cat "$scratch/err")"
  fi
}

cp "$results" "$scratch/results.json"
"$quantbench" report "$scratch" || fail "a folder"
grep -q '</html>' "$scratch/report.html" || fail "report.html beside results.json"
"$quantbench" report "$scratch/results.json" --out "$scratch/other.html" || fail "a file"
cmp -s "$scratch/report.html" "$scratch/other.html" || fail "the same page, wherever it goes"
"$quantbench" report "$scratch" --out - 2>"$scratch/err" | cmp -s - "$scratch/report.html" || fail "stdout"
[ -s "$scratch/err" ] && fail "nothing to say with --out -"

mkdir "$scratch/empty"
refused 'no results.json in this folder' "$scratch/empty"
refused 'No such file' "$scratch/none.json"
head -c 500 "$results" >"$scratch/cut.json"
refused "isn't JSON" "$scratch/cut.json"
echo '{"schema": 99}' >"$scratch/future.json"
refused 'schema' "$scratch/future.json"
[ "$failed" -eq 0 ] && echo "passed"
exit "$failed"
