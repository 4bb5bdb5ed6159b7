#!/usr/bin/env bash
# quantbench report as its users call it: where the page goes, exit status and messages.
source "$(dirname "$0")/common.sh"
results=tests/browser/results.json

cp "$results" "$scratch/results.json"
ends 0 report "$scratch"
grep -q '</html>' "$scratch/report.html" || fail "report.html beside results.json"
ends 0 report "$scratch/results.json" --out "$scratch/other.html"
cmp "$scratch/report.html" "$scratch/other.html" || fail "the same page, wherever it goes"
ends 0 report "$scratch" --out -
cmp "$scratch/report.html" "$scratch/out" || fail "stdout"
[ ! -s "$scratch/err" ] || fail "nothing to say with --out -"

mkdir "$scratch/empty"
refused 'no results.json in this folder' report "$scratch/empty"
refused 'there is no ' report "$scratch/none.json"
head -c 500 "$results" >"$scratch/cut.json"
refused "isn't JSON" report "$scratch/cut.json"
echo '{"schema": 99}' >"$scratch/future.json"
refused 'schema' report "$scratch/future.json"
