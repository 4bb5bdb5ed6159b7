#!/usr/bin/env bash
# A run keeps the cache within its limit, but gives up nothing that it has used itself.
#
#   tests/cli/cache_limit.sh QUANTBENCH IMAGES
set -euo pipefail
cd "$(dirname "$0")/../.."
quantbench=$1 images=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  cat "$work/err" >&2
  exit 1
}

# run IMAGES OPTION...: fp32 on the reference, a few images.
run() {
  "$quantbench" run scenarios/default.yaml --cache "$work/cache" --out "$work/out" --set dataset.root="$images" \
    --set 'matrix={backend: reference, precision: [fp32]}' --set expect=off --set latency=off \
    --set dataset.evaluation.images="$1" "${@:2}" >/dev/null 2>"$work/err"
}
# entries KIND: how many the cache has.
entries() { "$quantbench" cache list --cache "$work/cache" 2>/dev/null | awk -v kind="$1" '$2 == kind' | wc -l; }

run 2 || fail "first run"
find "$work/cache" -type f -exec touch -d '2 days ago' {} +
run 3 || fail "second run"
[ "$(entries crops)" -eq 2 ] || fail "no limit is reached, yet crops are gone"

run 3 --cache-limit 1kB || fail "a limit that is too small is no error"
grep -q '^cache: removed .* (--cache-limit)' "$work/err" || fail "nothing is told of what was removed"
grep -q '^cache: .* in use, more than the limit' "$work/err" || fail "nothing is told of what is left"
[ "$(entries crops)" -eq 1 ] && [ "$(entries predictions)" -eq 1 ] && [ "$(entries model)" -eq 1 ] ||
  fail "what is left isn't what the run used"
run 3 --verbose || fail "third run"
grep -q '^stage ' "$work/err" && fail "something had to be done again"

find "$work/cache" -type f -exec touch -d '2 days ago' {} +
QUANTBENCH_CACHE_LIMIT=1kB run 2 --cache-limit none || fail "the option wins over the environment"
[ "$(entries crops)" -eq 2 ] || fail "none is no limit"
status=0
QUANTBENCH_CACHE_LIMIT=much run 2 || status=$?
[ "$status" -eq 2 ] || fail "a limit that is no size: exit status $status"
