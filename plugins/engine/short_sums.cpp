// SPDX-License-Identifier: Apache-2.0
// Finds steps that go together, and packs them side by side.
#include "short_sums.h"

#include <algorithm>

#include "bounds.h"
#include "extents.h"

namespace quantbench::engine {
namespace {

// Sums of 16 bits: two for each lane, of a step or of a group.
using LaneSums = std::vector<SignedSum>;

LaneSums SumsOf(const StepWeights& weights, int32_t step) {
  LaneSums sums(static_cast<size_t>(2 * weights.lanes));
  for (size_t i = 0; i < sums.size(); ++i) {
    const int8_t* const pair = weights.At(step, static_cast<int>(i / 2)) + i % 2 * 2;
    sums[i].Add(pair[0]);
    sums[i].Add(pair[1]);
  }
  return sums;
}

bool AddIfFits(const LaneSums& step, const Room& room, LaneSums& group) {
  for (size_t i = 0; i < group.size(); ++i) {
    SignedSum sum = group[i];
    sum.Add(step[i]);
    if (!sum.Fits(room)) return false;
  }
  for (size_t i = 0; i < group.size(); ++i) group[i].Add(step[i]);
  return true;
}

StepWeights WeightsOf(const ConvSource& source, const ConvBlock& block) {
  const Extents e = ExtentsOf(source);
  const auto* const from = static_cast<const int8_t*>(source.weight.data);
  const auto per_tap = static_cast<int32_t>(block.window / 4);
  StepWeights weights(block.columns * source.kernels.lanes, static_cast<int32_t>(e.taps) * per_tap);
  for (int32_t step = 0; step < weights.steps; ++step) {
    for (int lane = 0; lane < weights.lanes; ++lane) {
      for (int k = 0; k < 4; ++k) {
        const int64_t channel = block.window_first + step % per_tap * 4 + k;
        const int64_t i = WeightIndex(e, block.first + lane, channel, step / per_tap);
        weights.At(step, lane)[k] = i < 0 ? int8_t{0} : from[i];
      }
    }
  }
  return weights;
}

}  // namespace

ShortSums GroupSteps(const StepWeights& weights, int32_t largest) {
  constexpr int32_t kLooksAhead = 24;  // steps, for those that fit
  const Room room(largest);
  std::vector<LaneSums> sums;
  sums.reserve(static_cast<size_t>(weights.steps));
  for (int32_t step = 0; step < weights.steps; ++step) sums.push_back(SumsOf(weights, step));
  std::vector<int32_t> fours, twos, ones;
  std::vector<bool> done(sums.size(), false);
  for (int32_t first = 0; first < weights.steps; ++first) {
    if (done[static_cast<size_t>(first)]) continue;
    LaneSums group(sums[0].size());
    std::vector<int32_t> members;
    for (int32_t step = first, seen = 0;
         step < weights.steps && seen < kLooksAhead && members.size() < 4; ++step) {
      if (done[static_cast<size_t>(step)]) continue;
      ++seen;
      if (AddIfFits(sums[static_cast<size_t>(step)], room, group)) members.push_back(step);
    }
    if (members.size() == 3) members.pop_back();
    for (const int32_t step : members) done[static_cast<size_t>(step)] = true;
    std::vector<int32_t>& to = members.size() == 4 ? fours : members.size() == 2 ? twos : ones;
    to.insert(to.end(), members.begin(), members.end());
  }
  ShortSums result{.order = {},
                   .fours = static_cast<int32_t>(fours.size() / 4),
                   .twos = static_cast<int32_t>(twos.size() / 2),
                   .ones = static_cast<int32_t>(ones.size())};
  for (const auto* const part : {&fours, &twos, &ones})
    result.order.insert(result.order.end(), part->begin(), part->end());
  return result;
}

void PackShortSums(const ConvSource& source, ConvBlock& block) {
  const Kernels& kernels = source.kernels;
  const StepWeights weights = WeightsOf(source, block);
  const ShortSums sums = GroupSteps(weights, source.largest);
  block.fours = sums.fours;
  block.twos = sums.twos;
  block.ones = sums.ones;
  const int64_t vector_bytes = PackedVectorBytes(kernels);
  block.weights =
      AlignedArray<std::byte>(static_cast<size_t>(weights.steps * block.columns * vector_bytes));
  std::byte* out = block.weights.data();
  for (const int32_t step : sums.order) {
    const auto run = static_cast<size_t>(step / block.steps_in_image);
    block.steps_in_place.push_back(block.run_offsets[run] + step % block.steps_in_image * 4);
    block.steps_gathered.push_back(step * 4);
    for (int v = 0; v < block.columns; ++v, out += vector_bytes) {
      PackVector(
          kernels,
          [&](int lane, int k) {
            return weights.At(step, static_cast<int>(ChannelOfLane(block.columns, v, lane)))[k];
          },
          out);
    }
  }
}

}  // namespace quantbench::engine
