// SPDX-License-Identifier: Apache-2.0
// The NumPy files that tests compare with, as typed arrays.
#pragma once

#include <cstdint>
#include <filesystem>
#include <type_traits>
#include <vector>

#include "support/npy_file.h"

namespace quantbench::testing {

template <typename T>
struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<T> values;  // row-major
};

// Throws Error where the file isn't there or isn't such an array of T.
template <typename T>
NpyArray<T> ReadNpy(const std::filesystem::path& file) {
  static_assert(std::is_same_v<T, uint8_t> || std::is_same_v<T, float>);
  const NpyFile npy(file);
  if constexpr (std::is_same_v<T, float>) {
    return {.shape = npy.shape(), .values = npy.Floats()};
  } else {
    return {.shape = npy.shape(), .values = npy.Bytes()};
  }
}

}  // namespace quantbench::testing
