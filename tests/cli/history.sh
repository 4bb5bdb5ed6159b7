#!/usr/bin/env bash
# quantbench history as its users call it: which results it finds, where its page goes, exit status and messages.
source "$(dirname "$0")/common.sh"
results=tests/browser/results.json nightly=$scratch/nightly

# finds COUNT ARGUMENT...: so many results.
finds() {
  ends 0 history "${@:2}" --format json
  [ "$(grep -o '"results": "[^"]*"' "$scratch/out" | sort -u | wc -l)" -eq "$1" ] || fail "not $1 results: ${*:2}"
}

for night in 1 2 3; do
  mkdir -p "$nightly/deeper/$night/models"
  sed "s/2026-01-01/2026-01-0$night/" "$results" >"$nightly/deeper/$night/results.json"
done

finds 3 "$nightly"
finds 3 "$nightly/deeper/1" "$nightly/deeper/1/results.json" "$nightly"
finds 2 "$nightly" --last 2
! grep -q '2026-01-01' "$scratch/out" || fail "--last keeps the latest"
ends 0 history "$nightly"
head -1 "$scratch/out" | grep -q '^case .*Top-1' || fail "the table"
ends 0 history "$nightly" --format html --out "$scratch/history.html"
says err 'history: '
grep -q '</html>' "$scratch/history.html" || fail "the page"
ends 0 history "$nightly" --format html
cmp "$scratch/out" "$scratch/history.html" || fail "the page on stdout"

ends 4 history "$nightly" --only 'no/such/case'
refused 'no results.json in this folder or below it' history "$nightly/deeper/1/models"
refused 'there is no ' history "$scratch/none.json"
refused '--last' history "$nightly" --last 0
head -c 500 "$results" >"$nightly/deeper/2/results.json"
ends 0 history "$nightly"
grep -q "left out: .*isn't JSON" "$scratch/out" || fail "a broken file below a folder is left out, with a word"
refused "isn't JSON" history "$nightly/deeper/2"
