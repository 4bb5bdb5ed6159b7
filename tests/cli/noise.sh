#!/usr/bin/env bash
# How well latencies are known: repetitions until they are known well, and a run that fails where they aren't.
# No test of times: only limits that no machine can miss, or none can keep.
source "$(dirname "$0")/common.sh"
export QUANTBENCH_CACHE=$scratch/cache

# run_it STATUS OPTION...: one case, without accuracy.
run_it() {
  ends "$1" run scenarios/default.yaml --quiet --set dataset.root="$images" --set dataset.evaluation.images=8 \
    --set evaluation=off --set expect=off --set matrix.backend=reference --set matrix.precision=fp32 \
    --set matrix.batch_size=1 --out "$scratch/results" --restart "${@:2}"
}
# repetitions: of the only case.
repetitions() {
  python3 -c 'import csv, sys; print(next(csv.DictReader(open(sys.argv[1])))["latency_repetitions"])' "$scratch/results/results.csv"
}
short='warmup_seconds: 0, min_seconds: 0.001'

run_it 0 --set "latency={$short, repetitions: 5}" --fail-if-noisy 1000000
[ "$(repetitions)" -eq 5 ] || fail "$(repetitions) repetitions, not 5"
run_it 4 --set "latency={$short, repetitions: 5}" --fail-if-noisy 0.000001
says err "reference/fp32/b1/t1: its latency is known to"
run_it 4 --set "latency={$short, repetitions: 4}" --fail-if-noisy 1000000
says err "needs latency.repetitions of 5 or more"

run_it 0 --set "latency={$short, repetitions: 2, precision_percent: 100, max_seconds: 3600}"
[ "$(repetitions)" -ge 5 ] || fail "an interval needs 5 repetitions, not $(repetitions)"
run_it 0 --set "latency={$short, repetitions: 6, precision_percent: 0.1, max_seconds: 0.001}"
[ "$(repetitions)" -eq 6 ] || fail "$(repetitions) repetitions after max_seconds, not 6"
run_it 2 --set 'latency={max_seconds: 3}'
says err "latency.max_seconds: says when to give up what precision_percent asks for; add it"
run_it 2 --fail-if-noisy 0
