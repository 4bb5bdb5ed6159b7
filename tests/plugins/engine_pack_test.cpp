// SPDX-License-Identifier: Apache-2.0
// The order of packed weights, byte by byte: what the kernels of each instruction set rely on.
#include <doctest/doctest.h>

#include <vector>

#include "../../plugins/engine/pack.h"

namespace quantbench::engine {
namespace {

// A weight that tells where it belongs.
int8_t Tag(int lane, int k) { return static_cast<int8_t>(10 * lane + k); }

Kernels WithFormat(int32_t lanes, WeightFormat format) {
  Kernels kernels{};
  kernels.lanes = lanes;
  kernels.weight_format = format;
  return kernels;
}

template <class T>
std::vector<T> PackedVector(const Kernels& kernels) {
  std::vector<T> packed(static_cast<size_t>(PackedVectorBytes(kernels)) / sizeof(T));
  PackVector(kernels, Tag, packed.data());
  return packed;
}

TEST_CASE("a vector of weights: four bytes of each lane, for dot products of bytes") {
  CHECK(PackedVector<int8_t>(WithFormat(4, WeightFormat::kBytes)) ==
        std::vector<int8_t>{0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33});
}

TEST_CASE("a vector of weights: channels 0 and 2 as 16 bits, then 1 and 3, for vpmaddwd") {
  CHECK(PackedVector<int16_t>(WithFormat(4, WeightFormat::kSplitShorts)) ==
        std::vector<int16_t>{0, 2, 10, 12, 20, 22, 30, 32, 1, 3, 11, 13, 21, 23, 31, 33});
}

TEST_CASE("a vector of weights: channels 0 and 1 of all lanes, then 2 and 3, for smull, smlsl2") {
  CHECK(PackedVector<int8_t>(WithFormat(4, WeightFormat::kSplitBytes)) ==
        std::vector<int8_t>{0, 1, 10, 11, 20, 21, 30, 31, 2, 3, 12, 13, 22, 23, 32, 33});
}

TEST_CASE("matrices: eight inputs of one output after the other, then the next eight") {
  std::vector<int8_t> packed(64);
  PackMatrices(
      4, [](int output, int input) { return static_cast<int8_t>(20 * output + input); },
      packed.data());
  size_t i = 0;
  for (const int first : {0, 8})
    for (int output = 0; output < 4; ++output)
      for (int k = 0; k < 8; ++k) CHECK(packed[i++] == 20 * output + first + k);
}

TEST_CASE("with four lanes a block's channels are in plain order, as matrices need it") {
  for (const int columns : {1, 2, 4})
    for (int v = 0; v < columns; ++v)
      for (int lane = 0; lane < 4; ++lane) CHECK(ChannelOfLane(columns, v, lane) == 4 * v + lane);
}

TEST_CASE("blocks of output channels cover them with four vectors as long as possible") {
  CHECK(SplitColumns(1, 4) == std::vector<int>{1});
  CHECK(SplitColumns(24, 4) == std::vector<int>{4, 2});
  CHECK(SplitColumns(16, 4) == std::vector<int>{4});
  CHECK(SplitColumns(29, 4) == std::vector<int>{4, 4});
  CHECK(SplitColumns(112, 16) == std::vector<int>{4, 2, 1});
}

}  // namespace
}  // namespace quantbench::engine
