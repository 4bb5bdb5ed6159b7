#!/usr/bin/env bash
# Several networks in one scenario, from the table to comparisons, and what takes one network alone.
source "$(dirname "$0")/common.sh"
needs_images
net="file: '$PWD/datasets/default/mobilenet_v2.pth', architecture: mobilenet_v2"
two="[{name: big, $net}, {name: small, $net, preprocess: {resize: 70, crop: 64}}]"
few=(--set dataset.root="$images" --set dataset.calibration.per_class=1 --set 'dataset.evaluation={per_class: 1}'
  --set matrix.backend=reference --set matrix.batch_size=1 --set matrix.granularity=per_channel --set latency=off
  --set expect=off --cache "$scratch/cache")
run() { # NAME MODEL OPTION...
  ends 0 run scenarios/default.yaml --out "$scratch/$1" --set model="$2" "${few[@]}" "${@:3}"
}

run both "$two" --label 'two sizes'
says out 'network'
says out 'Networks on the same 24 images, paired'
grep -qE '^small +big +fp32 on reference +-[0-9.]+ +[0-9]+ +[0-9]+ +[0-9.e-]+$' "$scratch/out" || fail "the pair"
head -1 "$scratch/both/results.csv" | grep -q ',network' || fail "the column"
grep -q 'id="network-table"' "$scratch/both/report.html" || fail "the report's table"
grep -q 'How this was measured' "$scratch/both/report.html" || fail "how it was measured"
grep -q '"label": "two sizes"' "$scratch/both/results.json" || fail "the label"
grep -q 'crop: 64' "$scratch/both/results.json" || fail "the scenario as it was read"

run big "{$net}"
run small "{name: small, $net, preprocess: {resize: 70, crop: 64}}"
! cut -d, -f2 "$scratch/big/results.csv" | grep -q 'big' || fail "one network in an id"

ends 4 compare "$scratch/big" "$scratch/small"
says out '`--across models` compares them'
says out 'accuracy: 0 of 2 compared: another model: mobilenet_v2, now small'
ends 3 compare "$scratch/big" "$scratch/small" --across models --metrics accuracy
says out 'McNemar exact'
says out 'accuracy: 2 of 2 compared'
ends 3 compare "$scratch/both" "$scratch/both" --across models --metrics accuracy
says out 'big->small/reference/fp32/b1/t1'
ends 2 compare "$scratch/big" "$scratch/small" --across models --confirm "$build"

ends 0 history "$scratch/both" --format json
says out '"label": "two sizes"'
says out '"Evaluation": "24 images of val"'
ends 0 classes "$scratch/both"
says out 'new:  big int8'
ends 2 tune scenarios/default.yaml --set model="$two" "${few[@]}" --max-drop 5 --objective size --out "$scratch/tune"
says err '--set matrix.network=NAME; there are big, small'
ends 0 diagnose scenarios/default.yaml --set model="$two" "${few[@]}" --only 'small/*' --images 8 --out "$scratch/both" --no-times
[ -e "$scratch/both/layers/small-reference-int8-static-minmax-per_channel.csv" ] || fail "the diagnosis"
grep -q 'small/reference/int8' "$scratch/both/report.html" || fail "the diagnosis in the report"
