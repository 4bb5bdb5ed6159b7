#!/usr/bin/env bash
# How a run ends when it is stopped: by Ctrl-C in the middle of a job, by another run in the same folder, by a disk
# that is full; and that it goes on afterwards.
source "$(dirname "$0")/common.sh"
run=
trap '[ -z "$run" ] || kill -9 "$run" 2>/dev/null || true; rm -rf "$scratch"' EXIT

# Nothing of what comes after makes sense then.
fail() {
  echo "FAILED: $*" >&2
  cat "$scratch"/*.log >&2
  exit 1
}

# sweep BACKENDS OUT OPTION...: replaces its shell, so that a signal hits the program itself.
sweep() {
  exec "$quantbench" run scenarios/default.yaml --quiet --cache "$scratch/cache" --jobs 1 --set "matrix.backend=$1" \
    --out "$scratch/$2" --set matrix.precision=fp32 --set matrix.batch_size=1 --set dataset.root="$images" \
    --set dataset.evaluation.images=12 --set expect=off --set latency=off "${@:3}"
}
both="[reference, {name: run_hang, file: '$build/tests/faulty_plugins/run_hang.so'}]"

# The second backend never comes back, so the run is in the middle of it for as long as we like.
sweep "$both" out >/dev/null 2>"$scratch/first.log" &
run=$!
for _ in $(seq 600); do
  grep -q '"started".*run_hang\|run_hang.*"started"' "$scratch/out/journal.jsonl" 2>/dev/null && break
  sleep 0.1
done

status=0
(sweep "$both" out) >/dev/null 2>"$scratch/second.log" || status=$?
[ "$status" -eq 2 ] || fail "a second run in the same folder ended with $status, not 2"
grep -q "in use by another quantbench (process $run)" "$scratch/second.log" || fail "it doesn't say what is wrong"

worker=$(pgrep -P "$run") || fail "no worker process"
kill -INT "$run"
status=0
wait "$run" || status=$?
run=
[ "$status" -eq 130 ] || fail "after SIGINT it ended with $status, not 130"
grep -q "run the same command again" "$scratch/first.log" || fail "it doesn't say how to go on"
kill -0 "$worker" 2>/dev/null && fail "the worker outlives the run"
grep -q '^default,reference/[^,]*,ok,' "$scratch/out/results.csv" || fail "what was finished isn't in results.csv"
grep -q '^default,run_hang/[^,]*,skipped,' "$scratch/out/results.csv" || fail "what wasn't finished isn't marked"

# The same command, as the message says; this time it may run into its timeout.
status=0
(sweep "$both" out --set timeout=1) >/dev/null 2>"$scratch/third.log" || status=$?
[ "$status" -eq 1 ] || fail "with a case that timed out it ended with $status, not 1"
grep -q '^default,run_hang/[^,]*,timeout,' "$scratch/out/results.csv" || fail "the case that hangs has no timeout"

# The terminal goes away: the same orderly end, and nothing half written is left by one that is killed.
hangs="[{name: run_hang, file: '$build/tests/faulty_plugins/run_hang.so'}]"
begin_hanging() {
  rm -f "$scratch/hup/journal.jsonl"
  sweep "$hangs" hup >/dev/null 2>"$scratch/hup.log" &
  run=$!
  for _ in $(seq 600); do
    grep -q '"started"' "$scratch/hup/journal.jsonl" 2>/dev/null && break
    sleep 0.1
  done
}
begin_hanging
kill -HUP "$run"
status=0
wait "$run" || status=$?
run=
[ "$status" -eq 129 ] || fail "after SIGHUP it ended with $status, not 129"
grep -q '^default,run_hang/[^,]*,skipped,' "$scratch/hup/results.csv" || fail "SIGHUP leaves no results"
begin_hanging
kill -9 "$run"
wait "$run" 2>/dev/null || true
run=
for left in hup/results.csv.partial-1-0 hup/models/fp32.onnx.partial-1-0 cache/.partial-crops-1-0 \
  cache/models/x.model.partial-1-0; do
  echo half >"$scratch/$left"
done
(sweep reference hup) >/dev/null 2>"$scratch/tidy.log" || fail "the run behind a killed one"
! find "$scratch" -name '*.partial-*' | grep . || fail "these are left over"

# Files of at most 100 KiB: what a full disk is to a process.
status=0
(ulimit -f 100 && sweep reference full) >/dev/null 2>"$scratch/full.log" || status=$?
[ "$status" -eq 1 ] || fail "with no room for files it ended with $status, not 1"
grep -q "can't write" "$scratch/full.log" || fail "it doesn't say what is wrong"
(sweep reference full) >/dev/null 2>"$scratch/again.log" || fail "with room again it doesn't go on"
