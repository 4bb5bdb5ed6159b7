#!/usr/bin/env bash
# quantbench plan as people and scripts use it: ids on a pipe, table and JSON where they are asked for.
source "$(dirname "$0")/common.sh"

# plan STATUS OPTION...: of two cases.
plan() {
  ends "$1" plan scenarios/default.yaml --cache "$scratch/cache" --out "$scratch/results" \
    --set 'matrix={backend: reference, precision: [fp32, int8]}' "${@:2}"
}
# prints out|err REGEX WHY: a line like that.
prints() { grep -q "$2" "$scratch/$1" || fail "$3: $(<"$scratch/$1")"; }
ids=$'reference/fp32/b1/t1\nreference/int8/static/minmax/per_channel/b1/t1'
there=(--set "dataset.root=$images" --set dataset.calibration.per_class=1 --set expect=off)

plan 0 "${there[@]}"
[ "$(<"$scratch/out")" = "$ids" ] || fail "a pipe gets ids and nothing else"
prints err '^default: 2 cases' "the number of cases belongs on stderr"
prints err 'for evaluation (.* to decode)' "the images belong on stderr"
prints err '^time unknown' "the time belongs on stderr"

plan 0 "${there[@]}" --format table
prints out '^case .*predictions' "the table has a header"
prints out '^reference/fp32/b1/t1 .*to do' "nothing is cached yet"
prints out '^images: ' "the table ends with the images"

plan 0 "${there[@]}" --format json
for key in '"case_id": "reference/fp32/b1/t1"' '"predictions": "to do"' '"to_decode": ' '"known_seconds": '; do
  says out "$key"
done

# Ids alone need neither images nor model.
plan 0 --set dataset.root=/nowhere --set model.file=/nowhere.pth --format ids --quiet
[ "$(<"$scratch/out")" = "$ids" ] || fail "ids without data"
[ ! -s "$scratch/err" ] || fail "--quiet isn't quiet"
plan 0 --set dataset.root=/nowhere
prints err '^warning: .*/nowhere' "missing images are told, and no reason not to list cases"

# An option that a backend doesn't have is a mistake of the scenario, not of this machine: all are told.
plan 2 --set 'matrix.backend=[{name: reference, options: {a: b}}, {name: onnxruntime, options: {presision: exact}}]'
[ ! -s "$scratch/out" ] || fail "cases are listed of a scenario with mistakes"
says err "matrix.backend[0].options.a: backend 'reference' has no such option; it has none"
says err "matrix.backend[1].options.presision: backend 'onnxruntime' has no such option; it has precision, "

plan 2 --format yaml
[ ! -e "$scratch/cache/models" ] || fail "a plan makes no model"
! compgen -G "$scratch/cache/crops-*" >/dev/null || fail "a plan makes no crops"
