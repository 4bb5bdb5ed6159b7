#!/usr/bin/env bash
# Runs a small variant of scenarios/default.yaml on every path of arm_neon: int8 outputs of 20 images must have the
# reference's bits, the table and the files must be written, and an emulator must be told.
#
#   tests/arm64/whole_network.sh BINARY_DIR IMAGES [EMULATOR ...]     IMAGES: as make_default_dataset writes them
#
# Under qemu each path runs on the CPUs that have it, on hardware those paths run that it has.
set -euo pipefail
cd "$(dirname "$0")/../.."
binary_dir=$1 images=$2
shift 2
quantbench=("$@" "$binary_dir/bin/quantbench")
# Runs start worker processes, which need the emulator as well.
[ $# -eq 0 ] || export QUANTBENCH_LAUNCHER="$*"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

[ -e "$images/synsets.txt" ] || fail "no images in $images; make them with make_default_dataset"

# run NAME OPTION...: into $out/NAME.
run() {
  local name=$1
  shift
  "${quantbench[@]}" run scenarios/default.yaml --quiet --out "$out/$name" --cache "$out/cache" --set expect=off \
    --set "dataset.root=$images" --set dataset.calibration.per_class=1 --set dataset.evaluation.images=20 \
    --set matrix.batch_size=1 --set 'matrix.granularity=[per_channel]' "$@" >"$out/$name.txt" ||
    fail "$name: exit status $? of quantbench run; $(cat "$out/$name.txt")"
}

# column FILE NAME: the values of that column.
column() {
  awk -F, -v name="$2" 'NR == 1 {for (i = 1; i <= NF; ++i) if ($i == name) c = i; next} {print $c}' <(tr -d '\r' <"$1")
}

run whole --set 'matrix.backend=[arm_neon]' --set latency.min_seconds=0.01 --set latency.warmup_seconds=0 \
  --set latency.repetitions=3
cat "$out/whole.txt"
[ "$(column "$out/whole/results.csv" status | sort -u)" = ok ] || fail "not every row is ok"
if [ $# -gt 0 ]; then
  grep -q '"emulated": true' "$out/whole/results.json" || fail "results.json doesn't say that it was emulated"
  grep -q 'emulated ms' "$out/whole.txt" || fail "the table doesn't say that it was emulated"
fi

run reference --set 'matrix.backend=[reference]' --set 'matrix.precision=[int8]' --set latency=off
expected=$(column "$out/reference/results.csv" outputs_hash)
[ "${#expected}" -eq 32 ] || fail "the reference gave no hash"

# CPU and path; the host's own CPU where there is no emulator.
pairs() {
  if [ $# -gt 0 ]; then
    printf '%s\n' "max i8mm" "max dotprod" "max neon" "max portable" "neoverse-n1 dotprod" "cortex-a76 dotprod" \
      "cortex-a72 neon"
  else
    "${quantbench[@]}" plugins "$binary_dir/lib/quantbench/arm_neon.so" | sed -n 's/^  isa *\(.*\): runs here/host \1/p'
  fi
}
while read -r cpu isa; do
  name=$cpu-$isa
  QEMU_CPU=$cpu QUANTBENCH_ISA=$isa run "$name" --set 'matrix.backend=[arm_neon]' --set 'matrix.precision=[int8]' \
    --set latency=off </dev/null
  [ "$(column "$out/$name/results.csv" isa)" = "$isa" ] || fail "$name: another path ran"
  [ "$(column "$out/$name/results.csv" images)" = 20 ] || fail "$name: not 20 images"
  hash=$(column "$out/$name/results.csv" outputs_hash)
  [ "$hash" = "$expected" ] || fail "$name: outputs $hash, the reference's $expected"
  echo "equal: $name $hash"
done < <(pairs "$@")
