// SPDX-License-Identifier: Apache-2.0
// A small float tensor, and the ways to get one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace quantbench {

// What still makes a readable table.
constexpr int64_t kMaxTensorElements = 4096;
constexpr size_t kMaxTensorDimensions = 4;

// A tensor here has 1 to 4 dimensions, none of them empty, and finite values.

// "2x3" to {2, 3}. Throws Error for anything else, and for more than the limits above.
Shape ParseShape(std::string_view text);

// Rows as "1.5,-2;0.3,4" (2x2; without ';' one dimension), or nested as "[[1.5,-2],[0.3,4]]".
// Numbers are separated by commas or blanks. Throws Error that says where: an unreadable or
// infinite number, rows of unequal length, too many values.
FloatTensor ParseTensor(std::string_view text);

// "0.3,0.5" to numbers; `option` names them in errors.
std::vector<double> ParseNumbers(std::string_view text, std::string_view option);

enum class Distribution { kNormal, kUniform };  // N(0, 1); [-1, 1)
// The same values for the same seed everywhere.
FloatTensor RandomTensor(const Shape& shape, Distribution distribution, uint64_t seed);

// A NumPy file of floats or integers. Throws Error where it isn't one, is too large, or holds a
// value that isn't finite.
FloatTensor ReadTensor(const std::filesystem::path& npy);

// Where a row-major element lies, one index a dimension.
Shape IndexOf(const Shape& shape, size_t element);

}  // namespace quantbench
