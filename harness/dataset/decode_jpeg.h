// SPDX-License-Identifier: Apache-2.0
// JPEG decoding with libjpeg-turbo, pixel for pixel what PIL makes with the same library.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "dataset/decode.h"

namespace quantbench {

// True for bytes that begin as PIL expects of a JPEG file: start of image and another marker.
bool LooksLikeJpeg(std::span<const std::byte> bytes);

// Throws Error "name: reason".
RgbImage DecodeJpeg(std::span<const std::byte> bytes, const std::string& name);

}  // namespace quantbench
