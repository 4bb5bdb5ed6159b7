#!/usr/bin/env bash
# Kills a tuning again and again at random moments, starts it again each time, and compares its answer with that of an
# undisturbed one: the same models, Top-1, bytes, looks and choice.
#
#   tests/kill_tune.sh [KILLS [BUILD [IMAGES]]]     default: 20 build/release build/datasets/default
default_kills=20
source "$(dirname "$0")/kill_common.sh"

# tuning OUT CACHE: a limit that takes layers in float. Replaces its shell, so that a kill hits the program itself.
tuning() {
  exec "$quantbench" tune scenarios/default.yaml --quiet --out "$work/$1" --cache "$work/$2" --jobs 1 \
    --backend reference --only '*/per_tensor/b1/*' --max-drop 3 --objective size \
    --set dataset.root="$(realpath "$images")" --set dataset.calibration.per_class=1 --set dataset.evaluation.per_class=2 \
    --set 'matrix.observer=[minmax, histogram]' --set expect=off \
    --set 'latency={warmup_seconds: 0, min_seconds: 0.001, repetitions: 2}' >/dev/null
}

# answer OUT: all of it but times, and which models they dominate.
answer() {
  cut -d, -f1-9,12-14,16 "$work/$1/tune.csv"
  grep -v -e latency_ms_median -e speedup -e dominated -e '"words"' "$work/$1/tune.json"
  cksum <"$work/$1/tuned.onnx"
}

status=0
start=$(date +%s%N)
(tuning undisturbed cache-a) || status=$?
length=$((($(date +%s%N) - start) / 1000000))
answer undisturbed >"$work/wanted"
grep -q ',fallback,' "$work/undisturbed/tune.csv" || { echo "FAILED: no layer was tried in float" >&2; exit 1; }
echo "undisturbed: $length ms, status $status"

attempts=0
while [ "$killed" -lt "$kills" ]; do
  attempts=$((attempts + 1))
  tuning out cache-b &
  run=$!
  kill_within $((length / (attempts % 3 + 1))) "$run"
  wait "$run" 2>/dev/null || true
  # To be killed again it has to have something to do.
  if [ -f "$work/out/tune.json" ]; then
    answer out | cmp "$work/wanted" - || { echo "FAILED: another answer" >&2; exit 1; }
    rm -rf "$work/out" "$work/cache-b"
  fi
done
again=0
(tuning out cache-b) || again=$?
[ "$again" = "$status" ] || { echo "FAILED: exit status $again" >&2; exit 1; }
answer out | diff "$work/wanted" - || { echo "FAILED: another answer" >&2; exit 1; }
echo "$killed kills in $attempts attempts: the same answer"
