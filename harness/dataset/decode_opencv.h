// SPDX-License-Identifier: Apache-2.0
// Images of all formats but JPEG.
#pragma once

#include "dataset/decode.h"

namespace quantbench {

// Throws Error "name: reason".
RgbImage DecodeWithOpenCv(std::span<const std::byte> bytes, const std::string& name);

}  // namespace quantbench
