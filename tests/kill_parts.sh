#!/usr/bin/env bash
# Kills parts of a run at random moments, starts each again until it ends, and merges: the same bytes as one undisturbed run.
#
#   tests/kill_parts.sh [KILLS [BUILD [IMAGES]]]     default: 25 build/release build/datasets/default
default_kills=25
source "$(dirname "$0")/kill_common.sh"

start=$(date +%s%N)
(sweep whole cache)
length=$((($(date +%s%N) - start) / 1000000))
rounds=0
while [ "$killed" -lt "$kills" ]; do
  rounds=$((rounds + 1))
  for part in 1 2 3; do
    while true; do
      sweep "part$part" "cache-$rounds" --shard "$part/3" &
      run=$!
      [ "$killed" -ge "$kills" ] || kill_within $((length / 2)) "$run"
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
