#!/usr/bin/env bash
# A run keeps the cache within its limit, but gives up nothing that it has used itself.
source "$(dirname "$0")/common.sh"

# run STATUS IMAGES OPTION...: fp32 on the reference, a few images.
run() {
  ends "$1" run scenarios/default.yaml --cache "$scratch/cache" --out "$scratch/results" --set dataset.root="$images" \
    --set 'matrix={backend: reference, precision: [fp32]}' --set expect=off --set latency=off \
    --set dataset.evaluation.images="$2" "${@:3}"
}
# entries COUNT KIND WHY: so many of a kind are in the cache.
entries() {
  [ "$("$quantbench" cache list --cache "$scratch/cache" 2>/dev/null | awk -v kind="$2" '$2 == kind' | wc -l)" -eq "$1" ] ||
    fail "$3"
}
age() { find "$scratch/cache" -type f -exec touch -d '2 days ago' {} +; }

run 0 2
age
run 0 3
entries 2 crops "no limit is reached, yet crops are gone"

run 0 3 --cache-limit 1kB # too small is no error
grep -q '^cache: removed .* (--cache-limit)' "$scratch/err" || fail "nothing is told of what was removed"
grep -q '^cache: .* in use, more than the limit' "$scratch/err" || fail "nothing is told of what is left"
for kind in crops predictions model; do entries 1 "$kind" "what is left of $kind isn't what the run used"; done
run 0 3 --verbose
! grep -q '^stage ' "$scratch/err" || fail "something had to be done again"

age
QUANTBENCH_CACHE_LIMIT=1kB run 0 2 --cache-limit none
entries 2 crops "none is no limit, and the option wins over the environment"
QUANTBENCH_CACHE_LIMIT=much run 2 2
