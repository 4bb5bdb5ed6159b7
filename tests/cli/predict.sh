#!/usr/bin/env bash
# quantbench predict as its users call it: text, JSON, scores in and out, precisions, and mistakes.
source "$(dirname "$0")/common.sh"
model=datasets/default/mobilenet_v2.pth
image=$images/val/q00000001/q00000001_0.JPEG
of_default=(--resize 110 --crop 96 --cache "$scratch/cache")
[ -e "$image" ] || { echo "skipped: no default images"; exit 77; }

# best FILE: the class in the first line below an image's name.
best() { sed -n 2p "$1" | awk '{ print $3 }'; }

ends 0 predict "$model" "$image" "${of_default[@]}" --synsets "$images/synset_words.txt"
[ "$(wc -l <"$scratch/out")" -eq 6 ] || fail "five classes below the image's name: $(<"$scratch/out")"
wanted=$(grep '^q00000001/q00000001_0.JPEG,' datasets/default/golden/predictions.csv | cut -d, -f3 | tr -d '\r')
[ "$(best "$scratch/out")" = "$wanted" ] || fail "class $wanted: $(<"$scratch/out")"
says out "  q000000"
[ ! -s "$scratch/err" ] || fail "nothing to say: $(<"$scratch/err")"

ends 0 predict "$model" "$image" "$image" "${of_default[@]}" --top 2 --json --output "$scratch/scores.npy"
says out '"class": '"$wanted"
[ "$(grep -c '"probability"' "$scratch/out")" -eq 4 ] || fail "two classes of two images"
[ "$(stat -c %s "$scratch/scores.npy")" -eq $((128 + 2 * 24 * 4)) ] || fail "two rows of 24 floats"

# What comes out of one network doesn't fit another; what goes in is taken as it is.
refused "expected an array [n,c,h,w] or [c,h,w]" predict "$model" --input "$scratch/scores.npy"
{
  head='{'"'descr': '<f4', 'fortran_order': False, 'shape': (3, 96, 96), }"
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$head"
  head -c $((3 * 96 * 96 * 4)) /dev/zero
} >"$scratch/zeros.npy"
for precision in fp32 dynamic; do
  ends 0 predict "$model" --input "$scratch/zeros.npy" --output "$scratch/$precision.npy" \
    --precision $precision --cache "$scratch/cache"
  says out "zeros.npy[0]"
done
cmp -s "$scratch/fp32.npy" "$scratch/dynamic.npy" && fail "dynamic quantisation changes no bit"
ends 0 predict "$model" "$image" "${of_default[@]}" --precision int8 --calibration "$images/train"
ends 0 predict "$model" "$image" --scenario scenarios/default.yaml --cache "$scratch/cache"
[ "$(best "$scratch/out")" = "$wanted" ] || fail "preprocessing of the scenario: $(<"$scratch/out")"

# A file for one size of images says which.
"$quantbench" quantize scenarios/default.yaml --set "dataset.root=$images" --set matrix.precision=fp32 --set expect=off --quiet \
  --cache "$scratch/cache" --out "$scratch/models" >/dev/null
ends 0 inspect "$scratch/models/fp32.onnx"
says out "input [3,96,96]"
ends 0 predict "$scratch/models/fp32.onnx" "$image" --cache "$scratch/cache"
refused "is made for 96 pixels" predict "$scratch/models/fp32.onnx" "$image" --crop 64

refused "IMAGE or --input is required" predict "$model"
refused "needs images to calibrate with: give --calibration DIR" predict "$model" "$image" --precision int8
refused "not an image" predict "$model" "$model" "${of_default[@]}"
refused "--crop no: dataset.preprocess.crop: expected an integer" predict "$model" "$image" --crop no
refused "--preset keras: dataset.preprocess.preset: 'keras' is unknown" predict "$model" "$image" --preset keras
refused "there is no backend 'nobody'" predict "$model" "$image" "${of_default[@]}" --backend nobody
head -n 23 "$images/synsets.txt" >"$scratch/short.txt"
refused "the model has 24 outputs, but the synsets file '$scratch/short.txt' names 23 classes; where output 0" \
  predict "$model" "$image" "${of_default[@]}" --synsets "$scratch/short.txt"
