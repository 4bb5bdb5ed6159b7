// SPDX-License-Identifier: Apache-2.0
// What OpenCV's importer wants said as older opsets said it.
#pragma once

#include <string>

namespace quantbench::opencv_dnn {

// The same model with the bounds of Clip as attributes (opset 6) where they are constants: OpenCV
// 4.6 refuses them as inputs. Throws plugin::Failure where the bytes aren't an ONNX file.
std::string InOlderWords(const std::string& onnx);

}  // namespace quantbench::opencv_dnn
