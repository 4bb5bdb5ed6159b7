// SPDX-License-Identifier: Apache-2.0
// Small made-up images and image files for the tests of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/decode.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench::testing {

inline std::vector<uint8_t> FromHex(std::string_view digits) {
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return bytes;
}

inline std::span<const std::byte> Bytes(const std::vector<uint8_t>& bytes) {
  return std::as_bytes(std::span(bytes));
}

// A pattern without symmetry: swapped axes, channels or rows all show.
inline RgbImage Pattern(int height, int width, int seed = 0) {
  RgbImage image{.height = height, .width = width, .pixels = {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c)
        image.pixels.push_back(
            static_cast<uint8_t>((x * 37 + y * 91 + c * 53 + x * y * 11 + seed) % 256));
    }
  }
  return image;
}

// Uncompressed, so that tests need no encoder; OpenCV reads it.
inline std::string Ppm(const RgbImage& image) {
  return "P6 " + std::to_string(image.width) + " " + std::to_string(image.height) + " 255\n" +
         std::string(image.pixels.begin(), image.pixels.end());
}

inline void WriteFile(const std::filesystem::path& file, std::string_view content) {
  WriteFileAtomically(file, content);
}

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

}  // namespace quantbench::testing
