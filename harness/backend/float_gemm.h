// SPDX-License-Identifier: Apache-2.0
// The inner loop of float convolutions and linear layers: a tile of sums that stays in registers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace quantbench {

// Rows of a tile at most, on every path.
inline constexpr int kGemmRows = 6;
// Columns of a tile at most, on any path.
inline constexpr int kMaxGemmColumns = 32;

// One instruction set's version. All give the same bits: each sum is c, then one product after
// another in the order of k, each operation rounded by itself (arithmetic.md: no fused
// multiply-add), as a plain loop over k does. Vectors only hold sums of different outputs.
struct GemmPath {
  std::string_view isa;
  int columns;  // of a tile
  // c[r * c_stride + j] += sum over k of a[k * rows + r] * b[k * columns + j], for 1 <= rows <=
  // kGemmRows and all columns.
  void (*tile)(int rows, int64_t depth, const float* a, const float* b, float* c, int64_t c_stride);
};

// Those that run on this CPU, fastest first; the last one runs anywhere.
std::span<const GemmPath> GemmPaths();

}  // namespace quantbench
