// SPDX-License-Identifier: Apache-2.0
// A photograph as a JPEG file.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace quantbench::default_dataset {

// `photograph` is 8-bit BGR or grey; quality 1 to 100. Colour is subsampled 4:2:0, as cameras do.
// Throws std::runtime_error.
std::vector<std::uint8_t> EncodeJpeg(const cv::Mat& photograph, int quality);

}  // namespace quantbench::default_dataset
