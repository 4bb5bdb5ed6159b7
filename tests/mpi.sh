#!/usr/bin/env bash
# The same bytes from mpirun with 1 to 4 ranks as from one process, and after ranks were killed at random moments.
#
#   tests/mpi.sh [KILLS [BUILD [IMAGES]]]     default: 25 build/release build/datasets/default
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:-25} build=${2:-build/release} images=${3:-build/datasets/default}
quantbench=$(realpath "$build/bin/quantbench")
command -v mpirun >/dev/null && [ -e "$build/lib/quantbench-mpi.so" ] || {
  echo "skipped: needs Open MPI (libopenmpi-dev, openmpi-bin), and a build with it"
  exit 77
}
[ -f "$images/synsets.txt" ] || { echo "skipped: needs the default images in $images"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
RANDOM=${SEED:-$$}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
export TMPDIR=$work

arguments=(run scenarios/default.yaml --cache "$work/cache" --jobs 1 --set dataset.root="$(realpath "$images")"
  --set dataset.calibration.per_class=1 --set dataset.evaluation.images=24 --set expect=off --set latency=off
  --set 'matrix.quantization=[static, dynamic]' --set matrix.granularity=per_channel --set matrix.backend=reference)
# Open MPI 4.1 may hang by itself where a rank dies while all start: then the job is ended as a user would end it.
mpi() { # mpi RANKS OUT
  timeout --signal=KILL 120 mpirun --oversubscribe --bind-to none -n "$1" "$quantbench" "${arguments[@]}" --out "$work/$2" >"$work/log" 2>&1
}
same() { # same OUT WHAT
  cmp "$work/whole/results.csv" "$work/$1/results.csv" && diff -r "$work/whole/predictions" "$work/$1/predictions" ||
    { echo "FAILED: $2: results differ" >&2; exit 1; }
}

"$quantbench" "${arguments[@]}" --quiet --out "$work/whole" >/dev/null
for ranks in 1 2 3 4; do
  mpi "$ranks" "of-$ranks" || { cat "$work/log" >&2; exit 1; }
  same "of-$ranks" "$ranks ranks"
  [ ! -e "$work/of-$ranks/parts" ] || { echo "FAILED: parts are left behind" >&2; exit 1; }
done
echo "1, 2, 3 and 4 ranks: equal"

killed=0
while [ "$killed" -lt "$kills" ]; do
  mpi 3 killed &
  run=$!
  sleep "$((RANDOM % 3)).$((RANDOM % 1000))"
  # One rank, by the folder that this run alone works in; the worker processes end with it.
  mapfile -t ranks < <(pgrep -f -- "^$quantbench run .*--out $work/killed" || true)
  if [ "${#ranks[@]}" -gt 0 ] && kill -9 "${ranks[RANDOM % ${#ranks[@]}]}" 2>/dev/null; then
    killed=$((killed + 1))
    status=0
    wait "$run" || status=$?
    [ "$status" -ne 0 ] || [ -f "$work/killed/results.csv" ] || { echo "FAILED: a killed rank went unnoticed" >&2; exit 1; }
  else
    wait "$run" || true
  fi
  [ ! -f "$work/killed/report.html" ] || { same killed "after kills"; rm -rf "$work/killed"; }
done
mpi 3 killed || { cat "$work/log" >&2; exit 1; }
same killed "after $killed kills"
echo "$killed kills: equal"
