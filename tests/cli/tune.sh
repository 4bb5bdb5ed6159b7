#!/usr/bin/env bash
# A tuning from the command line: what is refused, how it ends, that it can be stopped and goes on.
source "$(dirname "$0")/common.sh"

# What the tunings below share: 24 images to search on, 24 to prove on, one scale a layer.
small=(scenarios/default.yaml --quiet --cache "$scratch/cache" --jobs 1 --only '*/per_tensor/b1/*'
  --set dataset.root="$images" --set dataset.calibration.per_class=1 --set dataset.evaluation.per_class=2
  --set matrix.backend=reference --set expect=off --set latency=off)
out=$scratch/tuning

refused "quantbench: --max-drop: give percentage points between 0 and 100, for instance 1" tune "${small[@]}" --max-drop 0
refused "quantbench: --confidence: give a probability from 0.5 to below 1, for instance 0.95" tune "${small[@]}" \
  --confidence 95
refused "--objective" tune "${small[@]}" --objective speed
refused "choose it with --backend; there are " tune "${small[@]}" --objective size \
  --set "matrix.backend=[reference, {name: copy, file: '$build/lib/quantbench/reference.so'}]"
refused "give --objective size" tune "${small[@]}" --objective latency
refused "has 48 images, random asks for 5000" tune "${small[@]}" --objective size --images 5000

# Ctrl-C in the middle: it says what to do, and the same command goes on to the same end.
"$quantbench" tune "${small[@]}" --objective size --out "$out" --max-drop 40 >"$scratch/out.log" 2>"$scratch/err.log" &
run=$!
for _ in $(seq 600); do
  grep -q '"evaluation"' "$out/search-1/journal.jsonl" 2>/dev/null && break
  sleep 0.05
done
kill -INT "$run" 2>/dev/null || true
status=0
wait "$run" || status=$?
if [ "$status" -eq 130 ]; then
  grep -q "run the same command again to go on" "$scratch/err.log" || fail "Ctrl-C doesn't say how to go on"
elif [ "$status" -ne 0 ]; then # it may have been quicker than we are
  fail "Ctrl-C ended it with $status"
fi

ends 0 tune "${small[@]}" --objective size --out "$out" --max-drop 40
grep -q '"words".*inside the limit of 40 points' "$out/tune.json" || fail "the words don't say so"
says out "chosen"
"$quantbench" inspect "$out/tuned.onnx" >/dev/null || fail "tuned.onnx can't be read"
ends 0 run "$out/tuned.yaml" --quiet --cache "$scratch/cache" --out "$scratch/again"
grep -q '"verdict": "proven"' "$out/tune.json" || fail "no verdict in tune.json"
cmp <(cut -d, -f2,15-18 "$scratch/again/results.csv") <(cut -d, -f2,15-18 "$out/tuned/results.csv") ||
  fail "tuned.yaml gives other rows"

# 24 images are too few for a narrow limit.
ends 4 tune "${small[@]}" --max-drop 9 --objective size --out "$scratch/narrow"
grep -q '"words".*too few images to show that it is below 9 points; about ' "$scratch/narrow/tune.json" ||
  fail "the words don't say that the images are too few"
