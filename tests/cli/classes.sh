#!/usr/bin/env bash
# quantbench classes and the report's photographs, from a run to what is left without its cache.
source "$(dirname "$0")/common.sh"
run=$scratch/run

ends 0 run scenarios/default.yaml --set dataset.root="$images" --set dataset.calibration.per_class=1 --set matrix.backend=reference \
  --set matrix.batch_size=1 --set latency=off --set expect=off \
  --out "$run" --cache "$scratch/cache"
grep -q '^label,class,description' "$run/class_names.csv" || fail "names of classes"
grep -q '^predictions_file,label,class' "$run/classes.csv" || fail "classes.csv"
grep -q '"flips"' "$run/classes.json" || fail "classes.json"
grep -q 'src="data:image/jpeg;base64,/9j/' "$run/report.html" || fail "photographs in report.html"

ends 0 classes "$run"
says out 'base: fp32 on reference'
says out 'new:  int8 minmax per_channel on reference'
says out 'McNemar exact'
[ "$(wc -L <"$scratch/out")" -le 100 ] || fail "wider than 100 columns"
ends 0 classes "$run" --new '*per_tensor*' --table images --limit 0
says out 'images that changed'
says out 'lost'
ends 0 classes "$run" --format json --out "$scratch/pair.json"
grep -q '"confusions"' "$scratch/pair.json" || fail "--format json --out"
ends 0 classes "$run" --format csv --table confusions
says out 'label,class,description,taken_for_label'
refused "--new 'nothing' matches no case with predictions; there are reference/fp32" classes "$run" --new nothing
refused "matches cases of 2 different predictions" classes "$run" --new '*int8*'

# Later, without the cache: all but the photographs, and one sentence in their place.
ends 0 report "$run" --cache "$scratch/nowhere" --out "$scratch/later.html"
grep -q 'the crops of this run aren.*t in the cache' "$scratch/later.html" || fail "why there are no photographs"
! grep -q '<img' "$scratch/later.html" || fail "a photograph from nowhere"
grep -q 'id="confusion-table"' "$scratch/later.html" || fail "confusions without the cache"
ends 0 report "$run" --cache "$scratch/cache" --out "$scratch/again.html"
cmp "$run/report.html" "$scratch/again.html" || fail "the same page from the same cache"

# And without the predictions.
rm -r "$run/predictions"
ends 4 classes "$run"
says err "aren't beside results.json"
