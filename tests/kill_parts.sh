#!/usr/bin/env bash
# Kills parts of a run at random moments, starts each again until it ends, and merges: the same bytes as one undisturbed run.
#
#   tests/kill_parts.sh [KILLS [BUILD [IMAGES]]]     default: 50 build/release build/datasets/default
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-50} build=${2:-build/release} images=${3:-build/datasets/default}
quantbench=$build/bin/quantbench
[ -x "$quantbench" ] || { echo "build first: ./dev build" >&2; exit 2; }
[ -f "$images/synsets.txt" ] || { echo "skipped: needs the default images in $images"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
RANDOM=${SEED:-$$}
echo "seed $RANDOM"

# sweep OUT CACHE OPTION...: replaces its shell, so that a kill hits the program itself.
sweep() {
  exec "$quantbench" run scenarios/default.yaml --quiet --out "$work/$1" --cache "$work/$2" --jobs 1 \
    --set dataset.root="$(realpath "$images")" --set dataset.calibration.per_class=1 --set dataset.evaluation.images=24 \
    --set 'matrix.quantization=[static, dynamic]' --set expect=off --set latency=off "${@:3}" >/dev/null
}

start=$(date +%s%N)
(sweep whole cache)
length=$((($(date +%s%N) - start) / 1000000))
killed=0 rounds=0
while [ "$killed" -lt "$kills" ]; do
  rounds=$((rounds + 1))
  for part in 1 2 3; do
    while true; do
      sweep "part$part" "cache-$rounds" --shard "$part/3" &
      run=$!
      if [ "$killed" -lt "$kills" ]; then
        pause=$((RANDOM * 32768 % (length / 2 + 1)))
        sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
        ! kill -9 "$run" 2>/dev/null || killed=$((killed + 1))
      fi
      ! wait "$run" 2>/dev/null || break
    done
  done
  "$quantbench" merge "$work/merged" --from "$work"/part{3,1,2} >/dev/null 2>"$work/log" ||
    { cat "$work/log" >&2; exit 1; }
  cmp "$work/whole/results.csv" "$work/merged/results.csv" && diff -r "$work/whole/predictions" "$work/merged/predictions" ||
    { echo "FAILED: results differ" >&2; exit 1; }
  rm -rf "$work"/part* "$work/merged" "$work/cache-$rounds"
  echo "$killed of $kills kills: equal so far"
done
echo "$killed kills in $rounds runs of three parts: equal"
