#!/usr/bin/env bash
# How far `compare` can be trusted with latency on this machine:
#   noise.sh [PLUGIN [SAME [SLOWED]]]    from the top of the tree, after ./dev build
# measures the default network on a plugin (default: reference) SAME + 1 times (20) and SLOWED times (10) with 15% more work in
# each run, and compares each with its predecessor. Wanted: no regression among the first, nearly all of the second found.
set -euo pipefail
build=$PWD/build/release
plugin=${1:-reference}
same=${2:-20}
slowed=${3:-10}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export QUANTBENCH_SLOWED_PLUGIN=$build/lib/quantbench/$plugin.so

measure() { # measure FOLDER PERCENT
  QUANTBENCH_SLOWED_PERCENT=$2 "$build/bin/quantbench" run scenarios/default.yaml --quiet --out "$scratch/$1" \
    --set "matrix.backend={name: slowed, file: '$build/tests/compare_plugins/slowed.so'}" \
    --set 'matrix.granularity=per_channel' --set 'matrix.batch_size=1' --set evaluation=off --set expect=off \
    --set 'latency={warmup_seconds: 0.05, min_seconds: 0.1, repetitions: 9}' >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    exit 2
  }
}

# Prints the exit status and the verdict of each case.
judge() {
  local status=0
  "$build/bin/quantbench" compare "$scratch/$1" "$scratch/$2" --metrics latency >"$scratch/text" || status=$?
  local ratios='/^slowed\// && $3 ~ /x$/ {printf "%s ", $3}'
  echo "$3: exit status $status, latency $(awk "$ratios" "$scratch/text")"
  return 0
}

measure 0 0
for i in $(seq "$same"); do
  measure "$i" 0
  judge $((i - 1)) "$i" "same build"
done
for i in $(seq "$slowed"); do
  measure slowed 15
  judge "$same" slowed "15% more work"
done
