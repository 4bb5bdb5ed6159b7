#!/usr/bin/env bash
# Kills a sweep again and again at random moments, starts it again each time, and compares what comes out with an
# undisturbed run: the accuracy columns must be the same bytes, and nothing that was finished may be done twice.
#
#   tests/kill_resume.sh [KILLS [BUILD [IMAGES]]]     default: 50 build/release build/datasets/default
default_kills=50
source "$(dirname "$0")/kill_common.sh"

start=$(date +%s%N)
(sweep undisturbed cache-a)
length=$((($(date +%s%N) - start) / 1000000))
echo "undisturbed: $length ms"

attempts=0
: >"$work/journals"
while [ "$killed" -lt "$kills" ]; do
  attempts=$((attempts + 1))
  sweep out cache-b &
  run=$!
  # Mostly early, as what is left gets shorter; sometimes anywhere.
  kill_within $((length / (attempts % 3 + 1))) "$run"
  wait "$run" 2>/dev/null || true
  # What is finished must never be started again.
  if [ -f "$work/out/journal.jsonl" ]; then
    awk '/"kind":"evaluation"/ { match($0, /"name":"[^"]*"/); done[substr($0, RSTART, RLENGTH)]++ }
         /"kind":"started"/ { match($0, /"name":"[^"]*"/); if (done[substr($0, RSTART, RLENGTH)]) bad = 1 }
         END { for (name in done) if (done[name] > 1) bad = 1; exit bad }' "$work/out/journal.jsonl" ||
      { echo "FAILED: an evaluation was repeated" >&2; cat "$work/out/journal.jsonl" >&2; exit 1; }
    # A finished sweep starts anew; to be killed again it has to have something to do.
    if grep -q '"kind":"finished"' "$work/out/journal.jsonl"; then
      cmp "$work/undisturbed/results.csv" "$work/out/results.csv" || { echo "FAILED: results differ" >&2; exit 1; }
      rm -rf "$work/out" "$work/cache-b"
    fi
  fi
done
(sweep out cache-b)
# latency=off: every column is of accuracy or of size.
cmp "$work/undisturbed/results.csv" "$work/out/results.csv" || { echo "FAILED: results differ" >&2; exit 1; }
echo "$killed kills in $attempts attempts: equal"
