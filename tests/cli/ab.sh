#!/usr/bin/env bash
# `ab`: two plugins and two builds in turns to a verdict, and what it refuses. No test of times: only a limit
# that no machine can miss.
source "$(dirname "$0")/common.sh"
plugins=$build/lib/quantbench faulty=$build/tests/faulty_plugins
export QUANTBENCH_CACHE=$scratch/cache

# ab OPTION...: the rest of a small comparison.
options=(scenarios/default.yaml --quiet --set dataset.root="$images" --set dataset.evaluation.images=8 --set expect=off
  --set matrix.precision=fp32 --set matrix.batch_size=1 --min-seconds 0.002 --precision 100 --dir "$scratch/ab")

printf 'version: 1\nlatency_ratio: 1000\nalpha: 0.5\n' >"$scratch/any_time.yaml"
ends 0 ab "$plugins/reference.so" "$plugins/reference.so" "${options[@]}" --budget "$scratch/any_time.yaml"
says out "1 case: 1 same"
says out "identical" "accuracy isn't compared in the same go"
head -n 2 "$scratch/ab/pairs.csv" | tail -n 1 | grep -q '^reference/fp32/b1/t1,1,' || fail "no pair in pairs.csv"
[ -s "$scratch/ab/base/results.json" ] && [ -s "$scratch/ab/new/results.json" ] || fail "no results of both"

# Installed or built programs: each runs its own plugins, whatever the environment says.
QUANTBENCH_PLUGIN_PATH=$faulty ends 0 ab "$build" "$build" "${options[@]}" --set matrix.backend=reference \
  --metrics latency --budget "$scratch/any_time.yaml" --format json
says out '"test": "Wilcoxon signed rank over pairs"'
says out '"ratio_low"'

# What works in base and crashes in new is worse.
ends 3 ab "$plugins/reference.so" "$faulty/run_segv.so" "${options[@]}" --metrics latency
says out "ok in base, now crashed"

refused "doesn't exist" ab "$scratch/none" "$build" "${options[@]}"
refused "has no bin/quantbench" ab "$scratch" "$build" "${options[@]}"
refused "give two plugins or two installations" ab "$plugins/reference.so" "$build" "${options[@]}"
refused "matches no case" ab "$build" "$build" "${options[@]}" --only nothing
