// SPDX-License-Identifier: Apache-2.0
// Reads the NumPy files that tests compare with: format version 1, C order, uint8 or float32.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "support/files.h"

namespace quantbench::testing {

template <typename T>
struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<T> values;  // row-major
};

// The text between `begin` and `end` in the header, which is the repr of a Python dict.
inline std::string NpyField(const std::string& header, const std::string& begin, char end) {
  const size_t start = header.find(begin);
  const size_t stop = start == header.npos ? start : header.find(end, start + begin.size());
  if (stop == header.npos) throw std::runtime_error("npy header without " + begin);
  return header.substr(start + begin.size(), stop - start - begin.size());
}

// Throws std::runtime_error where the file isn't there or isn't such an array of T.
template <typename T>
NpyArray<T> ReadNpy(const std::filesystem::path& file) {
  static_assert(std::is_same_v<T, uint8_t> || std::is_same_v<T, float>);
  const std::string bytes = ReadTextFile(file);
  constexpr size_t kPrefix = 10;  // magic, version, length of the header
  if (bytes.size() < kPrefix || bytes.compare(0, 8, std::string("\x93NUMPY\x01\x00", 8)) != 0)
    throw std::runtime_error(file.string() + " is no .npy file of version 1");
  const size_t length =
      static_cast<uint8_t>(bytes[8]) | static_cast<size_t>(static_cast<uint8_t>(bytes[9])) << 8;
  const std::string header = bytes.substr(kPrefix, length);
  const std::string type = std::is_same_v<T, float> ? "<f4" : "|u1";
  if (NpyField(header, "'descr': '", '\'') != type ||
      NpyField(header, "'fortran_order': ", ',') != "False")
    throw std::runtime_error(file.string() + " isn't C-ordered " + type + ": " + header);

  NpyArray<T> array;
  int64_t count = 1;
  const std::string shape = NpyField(header, "'shape': (", ')');
  for (size_t at = 0; at < shape.size();) {
    size_t digits = 0;
    array.shape.push_back(std::stoll(shape.substr(at), &digits));
    count *= array.shape.back();
    at = shape.find_first_of("0123456789", at + digits);
  }
  const size_t begin = kPrefix + length;
  array.values.resize(static_cast<size_t>(count));
  if (bytes.size() - begin != array.values.size() * sizeof(T))
    throw std::runtime_error(file.string() + " isn't as long as its shape says");
  std::memcpy(array.values.data(), bytes.data() + begin, bytes.size() - begin);
  return array;
}

}  // namespace quantbench::testing
