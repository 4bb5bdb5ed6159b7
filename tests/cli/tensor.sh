#!/usr/bin/env bash
# quantbench tensor as its users call it: output, exit status and messages.
#   tensor.sh QUANTBENCH
set -uo pipefail
quantbench=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# refused MESSAGE ARGUMENT...: exit status 2, nothing on stdout, the message on stderr.
refused() {
  local message=$1 status=0
  shift
  "$quantbench" tensor "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  if [ "$status" -ne 2 ] || [ -s "$scratch/out" ] || ! grep -qF -e "$message" "$scratch/err"; then
    echo "FAILED: tensor $*: exit $status, expected 2 and: $message"
    cat "$scratch/out" "$scratch/err"
    failed=1
  fi
}

# shows TEXT ARGUMENT...: exit status 0 and the text on stdout.
shows() {
  local text=$1 status=0
  shift
  "$quantbench" tensor "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  if [ "$status" -ne 0 ] || ! grep -qF -e "$text" "$scratch/out"; then
    echo "FAILED: tensor $*: exit $status, expected 0 and: $text"
    cat "$scratch/out" "$scratch/err"
    failed=1
  fi
}

shows 'quint8, per tensor' --random 2x3 --seed 7 --scale 0.3 --zero-point 8
shows 'quint8, per channel along axis 0' --random 3x4 --scale 0.3,0.5,0.4 --zero-point 8,9,10 --axis 0
shows '[1]  -2.00' --values '1.5,-2' --scale 0.5 --dtype qint8 # a value that starts like an option
shows '-2.00' --values '-2,1' --scale 0.5 --zero-point 4
shows '-1' --values 1,2 --scale 1 --zero-point -1 --dtype qint8
shows 'per channel along axis 1' --random 2x3 --axis -1
shows 'qparams by histogram+reduce_range' --random 8x8 --observer histogram+reduce_range
shows '"dtype": "qint8"' --random 4 --dtype qint8 --format json
shows 'quantbench tensor --random 2x3' --help
shows 'values' --random 2x3 --svg "$scratch/plot.svg"
grep -q '^</svg>' "$scratch/plot.svg" || { echo "FAILED: no plot"; failed=1; }

refused 'there is no tensor'
refused 'more than one tensor' --random 2 --values 1
refused 'a scale is the step' --random 2 --scale 0
refused 'a scale is the step' --random 2 --scale -1
refused 'a scale is the step' --random 2 --scale nan
refused '0 to 255 for quint8' --random 2 --scale 1 --zero-point 256
refused 'needs a --scale' --random 2 --zero-point 1
refused 'exclude each other' --random 2 --scale 1 --observer minmax
refused 'has axes 0 to 0' --random 2 --axis 1
refused '2 channels along axis 0' --random 2x3 --axis 0 --scale 1,2,3
refused 'is NaN' --values 1,nan
refused "there is no observer 'minimax'" --random 2 --observer minimax
refused "can't be read" --random 2by3
refused '4096 values' --random 65x64
refused "isn't a .npy file" --file "$0"
refused 'No such file' --file "$scratch/none.npy"
refused 'not in' --random 2 --dtype int4
refused 'not in range' --random 2 --seed -1
[ "$failed" -eq 0 ] && echo "passed"
exit "$failed"
