// SPDX-License-Identifier: Apache-2.0
// Image files to RGB pixels as PIL's convert("RGB") gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "support/files.h"

namespace quantbench {

// Larger images are refused before anything is allocated: PIL's limit against decompression bombs.
inline constexpr int64_t kMaxPixels = 178'956'970;

struct RgbImage {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> pixels;  // [height, width, 3]
};

// Grayscale is replicated, CMYK and YCCK JPEG (Adobe's inverted convention, as PIL assumes)
// converted, alpha dropped, EXIF orientation not applied. Throws Error "file: reason": missing, a
// folder, empty, truncated, damaged, not an image, too large. What the file is, its first bytes
// say, not its name.
RgbImage DecodeImage(const std::filesystem::path& file);

// The same with another name for error messages, in two steps, and for the bytes of a file.
MappedFile OpenImage(const std::filesystem::path& file, const std::string& name);
RgbImage DecodeImage(const std::filesystem::path& file, const std::string& name);
RgbImage DecodeImage(std::span<const std::byte> bytes, const std::string& name);

// Throws Error where an image of that size, read from a file's header, is empty or over kMaxPixels.
void CheckImageSize(int64_t height, int64_t width, const std::string& name);

}  // namespace quantbench
