// SPDX-License-Identifier: Apache-2.0
// Weights in the order of kernels that add products in 16 bits (Kernels::short_sums): which steps
// may be added so was proved of their weights and of the activations.
#pragma once

#include <cstdint>
#include <vector>

#include "conv_step.h"

namespace quantbench::engine {

// Weights of some output channels, by steps of four input channels.
struct StepWeights {
  int lanes;
  int32_t steps;
  std::vector<int8_t> values;  // [steps][lanes][4]

  StepWeights(int lane_count, int32_t step_count)
      : lanes(lane_count),
        steps(step_count),
        values(static_cast<size_t>(lane_count) * static_cast<size_t>(step_count) * 4) {}
  int8_t* At(int32_t step, int lane) { return values.data() + (int64_t{step} * lanes + lane) * 4; }
  const int8_t* At(int32_t step, int lane) const {
    return values.data() + (int64_t{step} * lanes + lane) * 4;
  }
};

// Steps in the order in which a kernel adds their products: sums of a group stay in 16 bits.
struct ShortSums {
  std::vector<int32_t> order;             // [4 * fours + 2 * twos + ones]
  int32_t fours = 0, twos = 0, ones = 0;  // groups of so many steps
};

// For activations from 0 to `largest`. Each step fits by itself, as FitsShortSums has it.
ShortSums GroupSteps(const StepWeights& weights, int32_t largest);

// Packs the weights of a block whose window and offsets are there.
void PackShortSums(const ConvSource& source, ConvBlock& block);

}  // namespace quantbench::engine
