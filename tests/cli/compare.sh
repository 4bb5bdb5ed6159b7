#!/usr/bin/env bash
# `compare` and `history` over copies of one run whose yardstick was changed, so that no time is asserted: what earlier runs make
# of a difference, what --confirm makes of it, and the exit status of a step.
source "$(dirname "$0")/common.sh"
plugins=$build/lib/quantbench nights=$scratch/nights
export QUANTBENCH_CACHE=$scratch/cache
settings=(--set dataset.root="$images" --set matrix.precision=fp32 --set matrix.batch_size=1)
ends 0 run scenarios/default.yaml --quiet --out "$scratch/run" "${settings[@]}" --set matrix.backend=reference \
  --set evaluation=off --set expect=off --set "latency={warmup_seconds: 0, min_seconds: 0.001, repetitions: 5}"
# Each repetition alike, so that earlier runs differ by what is written here alone.
sed -E -e 's/("(fast_ms|slow_ms|fast_cpu_ms|yardstick_ms)": )[^,]*/\11.0/' "$scratch/run/results.json" >"$scratch/template"
seconds=0
# result FOLDER YARDSTICK: the run, later than the one before; a smaller yardstick makes a slower case.
result() {
  mkdir -p "$1"
  seconds=$((seconds + 1))
  sed -E -e "s/(\"started_at\": \")[^\"]*/\12026-01-01T00:$(printf '%02d:%02d' $((seconds / 60)) $((seconds % 60)))Z/" \
    -e "s/(\"yardstick_ms\": )[^,]*/\1$2/" -e "s/(\"(commit|label)\": \")[^\"]*/\1c$seconds/" "$scratch/template" >"$1/results.json"
}

for i in 1 2 3 4 5 6; do result "$nights/$i" "1.00$i"; done
result "$scratch/alone/base" 1.0
result "$scratch/alone/new" 0.87
ends 0 compare "$scratch/alone/base" "$scratch/alone/new"
says out "1 case: 1 unclear"
says out "only 1 earlier run" "BASE is an earlier run"
says out "--confirm BASE_BUILD" "nobody says what to do"
ends 3 compare "$scratch/alone/base" "$scratch/alone/new" --history "$nights"
says out "1.149 times the latency"
# Without --history: what lies beside.
result "$nights/7" 0.87
ends 3 compare "$nights/6" "$nights/7"
refused "none" compare "$nights/6" "$nights/7" --history "$scratch/none"

# Measured again, the very same build isn't a million times as slow; nor is one that can't run it equal.
printf 'version: 1\nlatency_ratio: 1000\nalpha: 0.5\n' >"$scratch/budget.yaml"
result "$scratch/alone/slow" 0.000001
confirm=(compare "$scratch/alone/base" "$scratch/alone/slow" --budget "$scratch/budget.yaml" --precision 100)
ends 3 "${confirm[@]}"
cd "$scratch"
sources=$OLDPWD
ends 0 "${confirm[@]}" --confirm "$plugins/reference.so" --scenario "$sources/scenarios/default.yaml" "${settings[@]}"
says out "1 case: 1 same"
ends 3 "${confirm[@]}" --confirm "$plugins/reference.so" --confirm-new "$build/tests/faulty_plugins/run_segv.so" \
  --scenario "$sources/scenarios/default.yaml" "${settings[@]}"
says out "couldn't be measured in turns"
refused "--scenario is required" "${confirm[@]}" --confirm "$plugins/reference.so"
refused "--confirm is required" "${confirm[@]}" --scenario "$sources/scenarios/default.yaml"
refused "has no plugin none.so" "${confirm[@]}" --confirm "$build/tests/bad_plugins/none.so" --scenario "$sources/scenarios/default.yaml"

# A step in the last results of a history is an exit status where it is asked for.
for i in $(seq 10 16); do result "$nights/$i" "1.00$((i % 5))"; done
for i in $(seq 20 25); do result "$nights/$i" "0.9$((i % 5))"; done
ends 0 history "$nights"
says out "slower from here on"
says out "(c$((seconds - 5))): reference/fp32/b1/t1: slower"
ends 3 history "$nights" --fail-on-step 6
ends 0 history "$nights" --fail-on-step 5
ends 4 history "$nights" --fail-on-step 6 --only nothing
refused "--fail-on-step" history "$nights" --fail-on-step 3
