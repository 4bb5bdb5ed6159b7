// SPDX-License-Identifier: Apache-2.0
// ONNX files in words that OpenCV's importer reads as they are meant.
#pragma once

#include <string>

namespace quantbench::opencv_dnn {

// The same model, for batches of up to `batch_size`, where OpenCV 4.6 would refuse or misread it:
// - bounds of Clip that are constants stand in attributes, as in opset 6;
// - the input's batch is a number, or products over channels fail for any batch but one;
// - x * HardSigmoid(y) is kept from becoming HardSwish(y), which OpenCV makes of it whatever x is;
// - averages over padding are those of a padded image, since count_include_pad isn't looked at.
// Throws plugin::Failure where the bytes aren't an ONNX file, and QB_UNSUPPORTED for windows of
// MaxPool with gaps (dilations), which OpenCV pools without them.
std::string InWordsOfOpenCv(const std::string& onnx, int batch_size);

}  // namespace quantbench::opencv_dnn
