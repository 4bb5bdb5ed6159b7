// SPDX-License-Identifier: Apache-2.0
// One template over the width of a vector, compiled for each instruction set.
#include "backend/float_gemm.h"

#include <array>
#include <cstring>
#include <vector>

namespace quantbench {
namespace {

// Two vectors a row: twelve sums in flight cover the latency of an addition, and with a row of b,
// one value of a and a product they fit into sixteen registers.
constexpr int kVectors = 2;

// Inlined into functions for an instruction set, whose instructions it then is made of.
template <int kBytes, int kRows>
[[gnu::always_inline]] inline void Tile(int64_t depth, const float* a, const float* b, float* c,
                                        int64_t c_stride) {
  typedef float Vector __attribute__((vector_size(kBytes), aligned(alignof(float)), may_alias));
  constexpr int kLanes = kBytes / static_cast<int>(sizeof(float));
  Vector sums[static_cast<size_t>(kRows)][static_cast<size_t>(kVectors)];
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v)
      sums[r][v] = *reinterpret_cast<const Vector*>(c + r * c_stride + v * kLanes);
  }
  for (int64_t k = 0; k < depth; ++k) {
    Vector row[static_cast<size_t>(kVectors)];
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) row[v] = *reinterpret_cast<const Vector*>(b + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) sums[r][v] += a[r] * row[v];
    }
    a += kRows;
    b += kVectors * kLanes;
  }
#pragma GCC unroll 8
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v)
      *reinterpret_cast<Vector*>(c + r * c_stride + v * kLanes) = sums[r][v];
  }
}

template <int kBytes>
[[gnu::always_inline]] inline void AnyRows(int rows, int64_t depth, const float* a, const float* b,
                                           float* c, int64_t c_stride) {
  switch (rows) {
    case 1:
      return Tile<kBytes, 1>(depth, a, b, c, c_stride);
    case 2:
      return Tile<kBytes, 2>(depth, a, b, c, c_stride);
    case 3:
      return Tile<kBytes, 3>(depth, a, b, c, c_stride);
    case 4:
      return Tile<kBytes, 4>(depth, a, b, c, c_stride);
    case 5:
      return Tile<kBytes, 5>(depth, a, b, c, c_stride);
    default:
      return Tile<kBytes, kGemmRows>(depth, a, b, c, c_stride);
  }
}

template <int kBytes>
constexpr int kColumns = kVectors* kBytes / static_cast<int>(sizeof(float));

#ifdef __x86_64__
[[gnu::target("avx512f")]] void TileAvx512(int rows, int64_t depth, const float* a, const float* b,
                                           float* c, int64_t c_stride) {
  AnyRows<64>(rows, depth, a, b, c, c_stride);
}

[[gnu::target("avx2")]] void TileAvx2(int rows, int64_t depth, const float* a, const float* b,
                                      float* c, int64_t c_stride) {
  AnyRows<32>(rows, depth, a, b, c, c_stride);
}
#endif

// SSE2 on x86-64, NEON on aarch64: what the compiler may take for granted.
void TileBaseline(int rows, int64_t depth, const float* a, const float* b, float* c,
                  int64_t c_stride) {
  AnyRows<16>(rows, depth, a, b, c, c_stride);
}

std::vector<GemmPath> PathsOfThisCpu() {
  std::vector<GemmPath> paths;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) paths.push_back({"avx512f", kColumns<64>, TileAvx512});
  if (__builtin_cpu_supports("avx2")) paths.push_back({"avx2", kColumns<32>, TileAvx2});
#endif
  paths.push_back({"baseline", kColumns<16>, TileBaseline});
  return paths;
}
static_assert(kColumns<64> <= kMaxGemmColumns);

}  // namespace

std::span<const GemmPath> GemmPaths() {
  static const std::vector<GemmPath> paths = PathsOfThisCpu();
  return paths;
}

}  // namespace quantbench
