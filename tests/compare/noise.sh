#!/usr/bin/env bash
# How far `compare` can be trusted with latency on this machine:
#   noise.sh [PLUGIN [SAME [SLOWED [REPETITIONS]]]]    from the top of the tree, after ./dev build
# measures the default network on a plugin (default: reference) SAME + 1 times (20) and SLOWED times (10) with 15% more work in
# each run, and as often with half as much again in three runs of ten, and compares each with a neighbour without. Wanted: no regression among
# the first, nearly all of the second found, nearly all of the third noted.
set -euo pipefail
build=$PWD/build/release
plugin=${1:-reference}
same=${2:-20}
slowed=${3:-10}
repetitions=${4:-18}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export QUANTBENCH_SLOWED_PLUGIN=$build/lib/quantbench/$plugin.so

measure() { # measure FOLDER PERCENT SHARE
  QUANTBENCH_SLOWED_PERCENT=$2 QUANTBENCH_SLOWED_SHARE=$3 "$build/bin/quantbench" run scenarios/default.yaml --quiet \
    --out "$scratch/$1" --set "matrix.backend={name: slowed, file: '$build/tests/compare_plugins/slowed.so'}" \
    --set 'matrix.granularity=per_channel' --set 'matrix.batch_size=1' --set evaluation=off --set expect=off \
    --set "latency={warmup_seconds: 0.05, min_seconds: 0.1, repetitions: $repetitions}" >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    exit 2
  }
}

# Prints the exit status, how many of the two cases have a note on slow runs, and the ratio of each.
judge() {
  local status=0
  "$build/bin/quantbench" compare "$scratch/$1" "$scratch/$2" --metrics latency >"$scratch/text" || status=$?
  local ratios='/^slowed\// && $3 ~ /x$/ {printf "%s ", $3}'
  echo "$3: exit status $status, $(grep -c 'the slow runs take' "$scratch/text") noted, latency $(awk "$ratios" "$scratch/text")" |
    tee -a "$scratch/judged"
}

measure 0 0 1
for i in $(seq "$same"); do
  measure "$i" 0 1
  judge $((i - 1)) "$i" "same build"
done
for _ in $(seq "$slowed"); do
  measure slowed 15 1
  measure base 0 1
  measure half 50 0.3
  judge base slowed "15% more work"
  judge base half "50% more in 30% of the runs"
done
echo "load average $(cut -d ' ' -f 1-3 /proc/loadavg) at the end"
awk -F ': |, ' '{++all[$1]; worse[$1] += $2 ~ /3$/; unknown[$1] += $2 ~ /4$/; noted[$1] += $3 + 0 > 0}
  END {for (kind in all) printf "%s: of %d, %d worse, %d incomparable, %d noted\n", kind, all[kind], worse[kind], unknown[kind], noted[kind]}' \
  "$scratch/judged"
