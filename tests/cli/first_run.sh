#!/usr/bin/env bash
# From a model and a folder of images to a table: init, run --model, --quick, --format.
source "$(dirname "$0")/common.sh"
needs_images
model=$PWD/datasets/default/mobilenet_v2.pth
export QUANTBENCH_CACHE=$scratch/cache
unset QUANTBENCH_DEFAULT_DATASET
cd "$scratch"
cp -rL "$images" images
cp -r images/val photos
mkdir flat && cp photos/q00000001/q00000001_0.JPEG flat
has() { grep -qF -- "$2" "$1" || fail "no '$2' in $1: $(<"$1")"; }
fast=(--set latency=off --jobs 1)
small=(--set 'dataset.preprocess={resize: 110, crop: 96}')

# A checkpoint and two splits: what is written says what was found, and runs as it is.
ends 0 init --model "$model" --data images
[ "$(<out)" = mobilenet_v2.yaml ] || fail "init says '$(<out)'"
for line in "architecture: mobilenet_v2" "gives 24 scores" "24 classes were found" "A guess" "crop: 224" \
  "calibration: {split: 'train', random: 24, seed: 0}   # of 24 images" "evaluation: {split: 'val'}   # of 48 images"; do
  has mobilenet_v2.yaml "$line"
done
refused "is there already" init --model "$model" --data images
ends 0 run mobilenet_v2.yaml --set dataset.evaluation.images=2 --backend reference "${fast[@]}"

# An ONNX file of one size, made by quantbench itself; from here on it is the model.
ends 0 quantize mobilenet_v2.yaml --out onnx --set matrix.precision=fp32 "${small[@]}"
mv onnx/*.onnx net.onnx
# data, split of calibration, split of evaluation
while read -r data calibration evaluation; do
  ends 0 init --model net.onnx --data "$data" --out init.yaml
  has init.yaml "preprocess: {resize: 110, crop: 96,"
  has init.yaml "calibration: {split: '$calibration'"
  has init.yaml "evaluation: {split: '$evaluation'"
  rm init.yaml
done <<'LAYOUTS'
images train val
images/val train val
images/train train train
photos photos photos
LAYOUTS
# One split serves for both: no image for two purposes, none left out.
[ "$(cat init.calibration.txt init.evaluation.txt | sort)" = "$(cd photos && ls -d */* | sort)" ] || fail "lists of images"
[ "$(wc -l <init.calibration.txt)" -eq 12 ] || fail "a quarter calibrates"
refused "has no class folders" init --model net.onnx --data flat
refused "--data: there is no 'nowhere'" init --model net.onnx --data nowhere
refused "--data is required" init --model net.onnx
ends 0 init --out blank.yaml
MODEL=net.onnx DATA=images ends 0 plan blank.yaml "${small[@]}"

# Without a file, in each format.
run() { ends 0 run --model net.onnx --data photos --backend reference --quiet --jobs 1 "$@"; }
run --set latency=off --format csv
[ "$(head -c 8 out)" = scenario ] && [ "$(grep -c ',reference,' out)" -eq 2 ] || fail "no CSV: $(<out)"
cmp -s out results/net/results.csv || fail "stdout isn't results.csv"
[ -s results/net/init.yaml ] || fail "the scenario of the run isn't kept"
run --set latency=off --format json
cmp -s out results/net/results.json || fail "stdout isn't results.json"
run --set latency=off --format markdown
[[ $(head -1 out) == '| backend '* ]] || fail "no Markdown: $(<out)"
run --quick
[[ $(head -1 out) == 'QUICK RUN: '*'rough'* ]] || fail "a quick run doesn't say so: $(<out)"
grep -q 'QUICK RUN' results/net-quick/results.json || fail "its results don't say so"
refused "a scenario, or --model and --data, is required" run
refused "--data is required" run --model net.onnx
refused "give either a scenario, or --model and --data" run mobilenet_v2.yaml --model net.onnx --data photos
