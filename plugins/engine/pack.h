// SPDX-License-Identifier: Apache-2.0
// Weights in the order in which the kernels read them.
//
// The kernels narrow four vectors of sums to one vector of bytes by packing inside groups of 128
// bits. So that the bytes come out in channel order, the lanes of a block of `columns` vectors are
// permuted: lane 4 * g + i of vector v is channel 4 * columns * g + 4 * v + i.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "aligned.h"
#include "kernels.h"

namespace quantbench::engine {

// The channel, inside its block, of one lane.
constexpr int64_t ChannelOfLane(int columns, int vector, int lane) {
  return int64_t{4} * columns * (lane / 4) + 4 * vector + lane % 4;
}

// The vectors that each block of output channels has: 4 as long as possible, then 2 and 1, such
// that their lanes cover `channels`.
std::vector<int> SplitColumns(int64_t channels, int lanes);

// Bytes of one vector of packed 8-bit weights (four for each lane).
int64_t PackedVectorBytes(const Kernels& kernels);

// Writes one vector of weights at `to`: weight(lane, k) for k in 0..3.
void PackVector(const Kernels& kernels, const std::function<int8_t(int, int)>& weight, void* to);

// Values of one block, one for each lane: value(channel inside the block).
template <class T, class F>
void PackLanes(int columns, int lanes, const F& value, T* to) {
  for (int v = 0; v < columns; ++v)
    for (int lane = 0; lane < lanes; ++lane) *to++ = value(ChannelOfLane(columns, v, lane));
}

}  // namespace quantbench::engine
