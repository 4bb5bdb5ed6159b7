#!/usr/bin/env bash
# quantbench plan as people and scripts use it: ids on a pipe, table and JSON where they are asked for.
#
#   tests/cli/plan.sh QUANTBENCH IMAGES
set -euo pipefail
cd "$(dirname "$0")/../.."
quantbench=$1 images=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  cat "$work"/out "$work"/err >&2
  exit 1
}

# plan OPTION...: of two cases.
plan() {
  "$quantbench" plan scenarios/default.yaml --cache "$work/cache" --out "$work/results" \
    --set 'matrix={backend: reference, precision: [fp32, int8]}' "$@" >"$work/out" 2>"$work/err"
}
ids=$'reference/fp32/b1/t1\nreference/int8/static/minmax/per_channel/b1/t1'
there=(--set "dataset.root=$images" --set dataset.calibration.per_class=1 --set expect=off)

plan "${there[@]}" || fail "plan on a pipe"
[ "$(cat "$work/out")" = "$ids" ] || fail "a pipe gets ids and nothing else"
grep -q '^default: 2 cases' "$work/err" || fail "the number of cases belongs on stderr"
grep -q 'for evaluation (.* to decode)' "$work/err" || fail "the images belong on stderr"
grep -q '^time unknown' "$work/err" || fail "the time belongs on stderr"

plan "${there[@]}" --format table || fail "--format table"
grep -q '^case .*predictions' "$work/out" || fail "the table has a header"
grep -q '^reference/fp32/b1/t1 .*to do' "$work/out" || fail "nothing is cached yet"
grep -q '^images: ' "$work/out" || fail "the table ends with the images"

plan "${there[@]}" --format json || fail "--format json"
for key in '"case_id": "reference/fp32/b1/t1"' '"predictions": "to do"' '"to_decode": ' '"known_seconds": '; do
  grep -qF "$key" "$work/out" || fail "JSON without $key"
done

# Ids alone need neither images nor model.
plan --set dataset.root=/nowhere --set model.file=/nowhere.pth --format ids --quiet || fail "ids without data"
[ "$(cat "$work/out")" = "$ids" ] || fail "ids without data"
[ ! -s "$work/err" ] || fail "--quiet isn't quiet"
plan --set dataset.root=/nowhere || fail "missing images are no reason not to list cases"
grep -q '^warning: .*/nowhere' "$work/err" || fail "missing images are told"

status=0
plan --format yaml || status=$?
[ "$status" -eq 2 ] || fail "a format that isn't there: exit status $status"
[ ! -e "$work/cache/models" ] || fail "a plan makes no model"
! ls "$work"/cache/crops-* >/dev/null 2>&1 || fail "a plan makes no crops"
