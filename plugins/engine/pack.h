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

// The vectors that each block of output channels has: `most` (4, 2 or 1) as long as possible, then
// fewer, such that their lanes cover `channels`.
std::vector<int> SplitColumns(int64_t channels, int lanes, int most = 4);

// Bytes of one vector of packed 8-bit weights (four for each lane).
int64_t PackedVectorBytes(const Kernels& kernels);

// Writes one vector of weights at `to`: weight(lane, k) for k in 0..3.
void PackVector(const Kernels& kernels, const std::function<int8_t(int, int)>& weight, void* to);

// Writes four steps of a block of `outputs` channels (a multiple of 4) as 2x8 matrices, in the
// order [half of the 16 inputs][pair of outputs][output][8 inputs]: weight(output, input).
void PackMatrices(int outputs, const std::function<int8_t(int, int)>& weight, void* to);

// What a sum starts with beside the bias. The kernels multiply activations less their own offsets
// (Kernels::activation_offset), so the rest of the zero point is to be taken off.
struct SumStart {
  int32_t offsets;    // sum of offset * weight
  int32_t minus_sum;  // of the weights

  // Sums are exact modulo 2^32, and the final sum fits: so may this wrap.
  int32_t At(int32_t bias, int32_t zero_point) const {
    return static_cast<int32_t>(static_cast<uint32_t>(bias) + static_cast<uint32_t>(offsets) +
                                static_cast<uint32_t>(zero_point) *
                                    static_cast<uint32_t>(minus_sum));
  }
};

// Values of one block, one for each lane: value(channel inside the block).
template <class T, class F>
void PackLanes(int columns, int lanes, const F& value, T* to) {
  for (int v = 0; v < columns; ++v)
    for (int lane = 0; lane < lanes; ++lane) *to++ = value(ChannelOfLane(columns, v, lane));
}

}  // namespace quantbench::engine
