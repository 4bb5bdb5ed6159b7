// SPDX-License-Identifier: Apache-2.0
// What the integers of a model can be, and whether sums of their products fit 16 bits.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "conv_step.h"

namespace quantbench::engine {

// The largest integer that each tensor of bytes can hold, [num_tensors], from what its writer
// clamps to or looks up: nothing is believed that the steps don't do.
std::vector<int32_t> LargestValues(const qb_model& model);

// Whether the sum of two products fits 16 bits wherever kernels make one: of channels 2i and 2i + 1
// at one place of the kernel; in a depthwise layer, of two rows.
bool FitsShortSums(const ConvSource& source);

// What weights of each sign may come to in a sum of 16 bits, for activations from 0 to `largest`.
struct Room {
  int32_t above, below;

  explicit Room(int32_t largest)
      : above(std::numeric_limits<int16_t>::max() / (largest > 0 ? largest : 1)),
        below(-(std::numeric_limits<int16_t>::min() / (largest > 0 ? largest : 1))) {}
};

// Weights of one sum, apart by sign: the activations of all others may be 0.
struct SignedSum {
  int32_t above = 0, below = 0;

  void Add(int8_t weight) { (weight > 0 ? above : below) += weight > 0 ? weight : -weight; }
  void Add(const SignedSum& other) {
    above += other.above;
    below += other.below;
  }
  bool Fits(const Room& room) const { return above <= room.above && below <= room.below; }
};

}  // namespace quantbench::engine
