#!/usr/bin/env bash
# quantbench history as its users call it: which results it finds, where its page goes, exit status and messages.
#   history.sh QUANTBENCH
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

# ends_with STATUS MESSAGE ARGUMENT...: the exit status, and what stderr says.
ends_with() {
  local wanted=$1 message=$2 status=0
  shift 2
  "$quantbench" history "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  if [ "$status" -ne "$wanted" ] || [[ "$(cat "$scratch/err")" != *"$message"* ]]; then
    fail "history $*: exit $status, $(cat "$scratch/err")"
  fi
}
results_in() { grep -o '"results": "[^"]*"' "$scratch/out" | sort -u | wc -l; }

for night in 1 2 3; do
  mkdir -p "$scratch/nightly/deeper/$night/models"
  sed "s/2026-01-01/2026-01-0$night/" "$results" >"$scratch/nightly/deeper/$night/results.json"
done

ends_with 0 '' "$scratch/nightly" --format json
[ "$(results_in)" -eq 3 ] || fail "the folders below a folder"
ends_with 0 '' "$scratch/nightly/deeper/1" "$scratch/nightly/deeper/1/results.json" "$scratch/nightly" --format json
[ "$(results_in)" -eq 3 ] || fail "what is named twice is there once"
ends_with 0 '' "$scratch/nightly" --last 2 --format json
[ "$(results_in)" -eq 2 ] || fail "--last 2"
grep -q '2026-01-01' "$scratch/out" && fail "--last keeps the latest"
ends_with 0 '' "$scratch/nightly"
head -1 "$scratch/out" | grep -q '^case .*Top-1' || fail "the table"
ends_with 0 'history: ' "$scratch/nightly" --format html --out "$scratch/history.html"
grep -q '</html>' "$scratch/history.html" || fail "the page"
"$quantbench" history "$scratch/nightly" --format html | cmp -s - "$scratch/history.html" || fail "the page on stdout"

ends_with 4 '' "$scratch/nightly" --only 'no/such/case'
ends_with 2 'no results.json in this folder or below it' "$scratch/nightly/deeper/1/models"
ends_with 2 'No such file' "$scratch/none.json"
ends_with 2 '--last' "$scratch/nightly" --last 0
head -c 500 "$results" >"$scratch/nightly/deeper/2/results.json"
ends_with 0 '' "$scratch/nightly"
grep -q "left out: .*isn't JSON" "$scratch/out" || fail "a broken file below a folder is left out, with a word"
ends_with 2 "isn't JSON" "$scratch/nightly/deeper/2"
[ "$failed" -eq 0 ] && echo "passed"
exit "$failed"
