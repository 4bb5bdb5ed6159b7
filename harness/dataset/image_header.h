// SPDX-License-Identifier: Apache-2.0
// What the first bytes of an image file say, before anything is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace quantbench {

enum class ImageFormat { kJpeg, kPng, kBmp, kWebp, kTiff, kOther };

struct ImageHeader {
  ImageFormat format = ImageFormat::kOther;
  int64_t height = 0, width = 0;
  int components = 3;               // of JPEG
  bool keeps_coefficients = false;  // of JPEG: progressive, or a scan a component
};

// Nothing where the size isn't at a place that is known, or the file ends before it.
std::optional<ImageHeader> ReadImageHeader(std::span<const std::byte> bytes);

// The most memory that decoding takes at once, the pixels that come out among it. Where the header
// doesn't tell the size, that of the largest image that is decoded at all.
int64_t BytesToDecode(const std::optional<ImageHeader>& header);

}  // namespace quantbench
