#!/usr/bin/env bash
# The backend onnxruntime: what it says of libraries that aren't ONNX Runtime, how it ends with one that is broken, and with
# a real one, where there is one, whether it agrees with the reference.
source "$(dirname "$0")/common.sh"
fakes=$build/tests/fake_onnxruntime
real=${QUANTBENCH_ONNXRUNTIME:-}
for library in tests/peers/node_modules/onnxruntime-node/bin/napi-v*/linux/*/libonnxruntime.so.1; do
  case $(uname -m)/$library in
    x86_64/*/x64/* | aarch64/*/arm64/*) [ -e "$library" ] && real=${real:-$library} ;;
  esac
done

# said_of LIBRARY TEXT: `quantbench plugins` says it of the backend, and no run is begun.
said_of() {
  export QUANTBENCH_ONNXRUNTIME=$1
  ends 0 plugins "$build/lib/quantbench/onnxruntime.so"
  says out "mlas: can't run here: " "it says that '$1' runs"
  says out "$2"
}
mkdir "$scratch/folder"
echo "version https://git-lfs.github.com/spec/v1" >"$scratch/text.so"
# ELF's machine is a number at byte 18: 243 is RISC-V.
cp "$fakes/none.so" "$scratch/riscv.so"
printf '\xf3' | dd of="$scratch/riscv.so" bs=1 seek=18 conv=notrunc status=none
head -c 3000 "$fakes/none.so" >"$scratch/cut.so"
from="the npm package onnxruntime-node and the Python wheel onnxruntime contain one"
if ! ldconfig -p | grep -q libonnxruntime.so; then
  said_of "" "the loader finds no libonnxruntime: set QUANTBENCH_ONNXRUNTIME=/path/to/libonnxruntime.so; $from"
fi
said_of "$scratch/nowhere.so" "nowhere.so': there is no such file; $from"
said_of "$scratch/folder" "folder': that is a folder; name the library in it"
said_of "$scratch/text.so" "text.so': that is no shared library, which an ELF file would be; $from"
said_of "$scratch/riscv.so" "riscv.so': that library is for machine 243 of ELF's list, and this program for "
said_of "$scratch/cut.so" "cut.so': the file ends before the library does; get it again"
said_of "$build/lib/quantbench/reference.so" "reference.so' exports no OrtGetApiBase, so it isn't ONNX Runtime"
said_of "$fakes/old.so" "old.so' is ONNX Runtime 1.8.1, and 1.12 is the oldest that quantbench can use; $from"
said_of "$fakes/alien.so" "answers OrtGetApiBase, but not as ONNX Runtime's C interface does"
export QUANTBENCH_ONNXRUNTIME=$fakes/load_crash.so
refused "its process crashed" plugins "$build/lib/quantbench/onnxruntime.so"
export QUANTBENCH_ONNXRUNTIME=$fakes/none.so
ends 0 plugins
says out "onnxruntime 1.12.0"
says out "mlas: runs here"

# Options: the plugin's own list decides, and the place in the scenario is told.
says out "option   precision: default | exact"
refused "matrix.backend.options.presision: backend 'onnxruntime' has no such option; it has precision, graph_optimization (did you mean 'precision'?)" \
  run scenarios/default.yaml --set 'matrix.backend={name: onnxruntime, options: {presision: exact}}'
refused "matrix.backend.options.precision: 'exakt' is unknown; allowed: default, exact (did you mean 'exact'?)" \
  run scenarios/default.yaml --set 'matrix.backend={name: onnxruntime, options: {precision: exakt}}'
refused "has no such option; it has none" \
  run scenarios/default.yaml --set 'matrix.backend={name: reference, options: {precision: exact}}'

# run_with LIBRARY STATUS OPTION...: beside the reference, on a few images.
run_with() {
  export QUANTBENCH_ONNXRUNTIME=$1
  ends "$2" run scenarios/default.yaml --quiet --out "$scratch/run" --cache "$scratch/cache" --restart --set latency=off \
    --set dataset.root="$images" --set dataset.evaluation.images=24 --set dataset.calibration.per_class=1 --set expect= \
    --set matrix.granularity=per_channel --set matrix.batch_size=1 --set 'matrix.backend=[reference, onnxruntime]' "${@:3}"
  tr -d '\r' <"$scratch/run/results.csv" >"$scratch/out"
}
run_with "$fakes/crash.so" 1 --set matrix.precision=fp32
says out "default,reference/fp32/b1/t1,ok"
says out "default,onnxruntime/fp32/b1/t1,crashed,\"backend 'onnxruntime' crashed while evaluating images: SIGABRT"
run_with "$fakes/hang.so" 1 --set matrix.precision=fp32 --set timeout=2
says out "default,onnxruntime/fp32/b1/t1,timeout"
run_with "$fakes/fails.so" 1 --set matrix.precision=fp32 --set 'matrix.backend={name: onnxruntime, options: {precision: exact}}'
says out "default,onnxruntime+precision=exact/fp32/b1/t1,failed"
says out "ONNX Runtime: a kernel fell over"

# A library that gives zeros for everything: what it says can't be rounding, and the row tells.
run_with "$fakes/none.so" 0 --set matrix.precision=fp32
says out "its scores are within 0.0 dB of those of reference on the same model, and the backend promises 30: it computes something else"
says out "its layers' values can't be had: backend 'onnxruntime' failed in a run: ONNX Runtime: no models from memory"

if [ -z "$real" ]; then
  echo "skipped a real ONNX Runtime: set QUANTBENCH_ONNXRUNTIME, or ./dev test-extras"
  exit
fi
run_with "$real" 0
# column ROW NAME: of that case.
column() {
  awk -F , -v row="$1" -v name="$2" 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i } $2 == row { print $at[name] }' "$scratch/out"
}
float=onnxruntime/fp32/b1/t1 integer=onnxruntime/int8/static/minmax/per_channel/b1/t1
[ "$(column $float top1_agreement_percent)" = 100.00 ] || fail "fp32 gets other classes than the reference: $(<"$scratch/out")"
[ "$(column $float agreement_with)" = reference ] || fail "it isn't said with what engines agree: $(<"$scratch/out")"
awk -v fp32="$(column $float scores_sqnr_db)" -v int8="$(column $integer scores_sqnr_db)" \
  'BEGIN { exit !(fp32 > 80 && int8 > 20) }' || fail "scores are far from the reference's: $(<"$scratch/out")"
[ -z "$(column reference/fp32/b1/t1 scores_sqnr_db)" ] || fail "the reference is compared with itself"
# Its layers' values, by making them outputs: in fp32 all of them are the formulas', but for rounding.
tr -d ' \n' <"$scratch/run/results.json" >"$scratch/out"
says out '"agreement_layers":{"images":4,"layers":64,"first":"","place":0,"differing_percent":0.0}'
tr -d '\r' <"$scratch/run/results.csv" >"$scratch/out"
! grep -q " of its own after a run" "$scratch/out" || fail "it keeps threads: $(<"$scratch/out")"

export QUANTBENCH_ONNXRUNTIME=$real
# predict gives it a file as well, of the float model and of a quantised one.
image=$(find "$images/val" -name '*.JPEG' | sort | head -n 1)
for backend in reference onnxruntime; do
  ends 0 predict datasets/default/mobilenet_v2.pth "$image" --backend $backend --top 1 --cache "$scratch/cache"
  awk 'END { print $3 }' "$scratch/out" >"$scratch/class_$backend"
done
cmp -s "$scratch/class_reference" "$scratch/class_onnxruntime" || fail "predict: another class than the reference's"
ends 0 predict datasets/default/mobilenet_v2.pth "$image" --backend onnxruntime --precision int8 --calibration "$images/train"

# What is known to lie outside of the promise is told, and counted.
ends 0 check onnxruntime --verbose --only 'dynamic/b1/t1/range_nan/linear'
says out "known deviation: ONNX doesn't say what DynamicQuantizeLinear makes of NaN"
says out "onnxruntime: 1 passed (1 of them within declared deviations), 0 failed"
for cases in 'errors/*' 'process/*' 'int8/concurrent_contexts' 'fp32/b1/t1/network/*' 'int8/b3/t2/dense_*' 'dynamic/b3/t2/linear/*'; do
  ends 0 check onnxruntime --only "$cases"
done
