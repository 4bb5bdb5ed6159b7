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

declare -A seen
different=0
# Each line: backend and path, for all that can run here.
while read -r backend isa; do
  QUANTBENCH_ISA=$isa "$quantbench" run "$scenario" --quiet --out "$out" --set latency=off \
    --set "matrix.backend=$backend" --set matrix.batch_size=1 --only '*/int8/*' >/dev/null
  while IFS=, read -r recipe hash; do
    printf '%-10s %-12s %-40s %s\n' "$backend" "$isa" "$recipe" "$hash"
    [ "${seen[$recipe]:=$hash}" = "$hash" ] || different=1
  done < <(tail -n +2 "$out/results.csv" | tr -d '\r' | awk -F, '{sub("^[^/]*/", "", $2); print $2 "," $NF}')
done < <("$quantbench" plugins | awk '/^[a-z]/ {backend = $1} /isa .*: runs here/ {sub(":", "", $2); print backend, $2}')

[ "$different" -eq 0 ] && echo "equal" || { echo "DIFFERENT" >&2; exit 1; }
