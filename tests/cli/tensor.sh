#!/usr/bin/env bash
# quantbench tensor as its users call it: output, exit status and messages.
source "$(dirname "$0")/common.sh"

# shows TEXT ARGUMENT...: exit status 0 and the text on stdout.
shows() {
  ends 0 tensor "${@:2}"
  says out "$1"
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
grep -q '^</svg>' "$scratch/plot.svg" || fail "no plot"

refused 'there is no tensor' tensor
refused 'more than one tensor' tensor --random 2 --values 1
refused 'a scale is the step' tensor --random 2 --scale 0
refused 'a scale is the step' tensor --random 2 --scale -1
refused 'a scale is the step' tensor --random 2 --scale nan
refused '0 to 255 for quint8' tensor --random 2 --scale 1 --zero-point 256
refused 'needs a --scale' tensor --random 2 --zero-point 1
refused 'exclude each other' tensor --random 2 --scale 1 --observer minmax
refused 'has axes 0 to 0' tensor --random 2 --axis 1
refused '2 channels along axis 0' tensor --random 2x3 --axis 0 --scale 1,2,3
refused 'is NaN' tensor --values 1,nan
refused "there is no observer 'minimax'" tensor --random 2 --observer minimax
refused "can't be read" tensor --random 2by3
refused '4096 values' tensor --random 65x64
refused "isn't a .npy file" tensor --file README.md
refused 'No such file' tensor --file "$scratch/none.npy"
refused "'int4' is unknown" tensor --random 2 --dtype int4
refused 'expected an integer' tensor --random 2 --seed -1
