#!/usr/bin/env bash
# The backend opencv_dnn, where it was built: what OpenCV would misread is written so that it doesn't, or refused.
source "$(dirname "$0")/common.sh"
if [ ! -e "$build/lib/quantbench/opencv_dnn.so" ]; then
  echo "skipped opencv_dnn: build with Debian's libopencv-dnn-dev"
  exit 77
fi
# Gates of other tensors, averages over padding, factors a channel in batches.
ends 0 check opencv_dnn --only 'fp32/*/mul/*' --verbose
says out "ok           cpu fp32/b3/t2/mul/squeeze_excite_hard_19"
ends 0 check opencv_dnn --only 'fp32/*/pool/*' --verbose
says out "ok           cpu fp32/b1/t1/pool/average_counting_padding"
says out "without the dilations that the model says"
ends 0 check opencv_dnn --only 'errors/*' --failures-only
