#!/usr/bin/env bash
# On demand: whether every backend and ISA path gives the same bits on a whole scenario. Prints the hash of all int8
# outputs a path; they must be equal.
#
#   tests/bit_equality.sh [SCENARIO]     default: scenarios/imagenet_mini.yaml
set -euo pipefail
cd "$(dirname "$0")/.."
scenario=${1:-scenarios/imagenet_mini.yaml}
quantbench=build/release/bin/quantbench
[ -x "$quantbench" ] || { echo "build first: ./dev build" >&2; exit 2; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Of each row: what was run, without its backend, and the hash of its outputs, by the columns' names.
outputs() {
  tr -d '\r' <"$1" | awk -F, '
    NR == 1 {for (i = 1; i <= NF; ++i) column[$i] = i; next}
    {sub("^[^/]*/", "", $column["case_id"]); print $column["case_id"], $column["outputs_hash"]}'
}

declare -A seen
different=0
# Each line: backend and path, for all that can run here.
while read -r backend isa; do
  QUANTBENCH_ISA=$isa "$quantbench" run "$scenario" --quiet --out "$out" --set latency=off \
    --set "matrix.backend=$backend" --set matrix.batch_size=1 --only '*/int8/*' >/dev/null
  while read -r recipe hash; do
    printf '%-10s %-12s %-40s %s\n' "$backend" "$isa" "$recipe" "$hash"
    [ -n "$hash" ] && [ "${seen[$recipe]:=$hash}" = "$hash" ] || different=1
  done < <(outputs "$out/results.csv")
done < <("$quantbench" plugins | awk '/^[a-z]/ {backend = $1} /isa .*: runs here/ {sub(":", "", $2); print backend, $2}')

[ "${#seen[@]}" -gt 0 ] && [ "$different" -eq 0 ] && echo "equal" || { echo "DIFFERENT" >&2; exit 1; }
