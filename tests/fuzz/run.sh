#!/usr/bin/env bash
# Builds the libFuzzer programs with Clang and runs each for a while, two side by side, from seeds that are in this tree.
#
#   [JOBS=2] tests/fuzz/run.sh [SECONDS [TARGET ...]]      default: 600, all
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] ||
  targets=(import_onnx import_pth import_safetensors read_scenario read_results read_journal read_predictions read_list decode_image)

command -v clang++ >/dev/null || { echo "skipped: needs clang" >&2; exit 77; }
CC=clang CXX=clang++ cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"
# What a run leaves: the seeds of readers of its own files.
made=build/fuzz/seeds
if [ ! -e "$made/journal" ] && [ -x build/release/bin/quantbench ]; then
  mkdir -p "$made"
  build/release/bin/quantbench run scenarios/default.yaml --quiet --out "$made/out" --cache "$made/cache" --set expect=off \
    --set dataset.root=build/release/tests/default_dataset --set dataset.calibration.per_class=1 --set dataset.evaluation.images=3 \
    --set matrix.backend=reference --set 'latency={warmup_seconds: 0, min_seconds: 0.01, repetitions: 1}' >/dev/null
  mkdir -p "$made/journal" "$made/predictions"
  cp "$made/out/journal.jsonl" "$made/journal"
  cp "$made"/out/predictions/*.csv "$made/predictions"
fi

seeds_of() {
  case $1 in
    import_onnx) echo tests/fuzz/corpus/onnx tests/fuzz/corpus/qdq ;;
    import_pth) echo tests/model/data ;;
    import_safetensors) echo tests/fuzz/corpus/safetensors ;;
    read_scenario) echo scenarios ;;
    read_results) echo results/baselines ;;
    read_journal) echo "$made/journal" ;;
    read_predictions) echo "$made/predictions" ;;
    decode_image) echo build/release/tests/default_dataset/val ;;
  esac
}

# A finding leaves crash-..., timeout-... or oom-... in build/fuzz/TARGET, and the log's end says what it was.
fuzz() {
  local target=$1 seeds=()
  mkdir -p "build/fuzz/$target/corpus"
  for folder in $(seeds_of "$target"); do
    [ ! -d "$folder" ] || seeds+=("$folder")
  done
  if "build/fuzz/bin/fuzz_$target" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -artifact_prefix="build/fuzz/$target/" \
    "build/fuzz/$target/corpus" "${seeds[@]}" >"build/fuzz/$target/log" 2>&1; then
    printf '%-20s %9s inputs, no finding\n' "$target" "$(grep -oE '^Done [0-9]+' "build/fuzz/$target/log" | grep -oE '[0-9]+')"
  else
    printf '%-20s FINDING: %s\n' "$target" "$(grep -m1 -E 'ERROR|SUMMARY|runtime error' "build/fuzz/$target/log")"
    return 1
  fi
}
export -f fuzz seeds_of
export seconds made
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-2}" -I{} bash -c 'fuzz {}'
