// SPDX-License-Identifier: Apache-2.0
// What is proved of a model's integers, and that groups of short sums keep what was proved.
#include "../../plugins/engine/bounds.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

#include "../../plugins/engine/short_sums.h"
#include "conformance/model_builder.h"

namespace quantbench::engine {
namespace {

using conformance::ModelBuilder;
using conformance::Precision;

// The last tensor of bytes.
int32_t LargestOfLast(const qb_model& model) {
  const std::vector<int32_t> largest = LargestValues(model);
  for (int32_t t = model.num_tensors - 1;; --t)
    if (model.tensors[t]->dtype == QB_U8 && model.tensors[t]->data == nullptr)
      return largest[static_cast<size_t>(t)];
}

TEST_CASE("the largest integer of a value is what its writer clamps to or looks up") {
  const struct {
    const char* reason;
    Precision precision;
    void (*build)(ModelBuilder&, int32_t);
    bool below_128;
  } cases[] = {
      {"eight bits", Precision::kInt8, [](ModelBuilder& b, int32_t x) { b.Conv(x, {}); }, false},
      {"seven bits", Precision::kInt7, [](ModelBuilder& b, int32_t x) { b.Conv(x, {}); }, true},
      {"a table without large entries", Precision::kInt8,
       [](ModelBuilder& b, int32_t x) {
         b.Unary(x, QB_CLIP, {-2.0f, -0.9f});
       },
       true},
      {"a table with them", Precision::kInt8,
       [](ModelBuilder& b, int32_t x) {
         b.Unary(x, QB_CLIP, {-2.0f, 2.0f});
       },
       false},
      {"moved from there", Precision::kInt8,
       [](ModelBuilder& b, int32_t x) {
         b.ChannelShuffle(b.Slice(b.Unary(x, QB_CLIP, {-2.0f, -0.9f}), 0, 4), 2);
       },
       true},
      {"pooled", Precision::kInt8,
       [](ModelBuilder& b, int32_t x) {
         b.MaxPool(b.Unary(x, QB_CLIP, {-2.0f, -0.9f}), {});
       },
       true},
      {"computed from there", Precision::kInt8,
       [](ModelBuilder& b, int32_t x) {
         b.Add(b.Unary(x, QB_CLIP, {-2.0f, -0.9f}), x);
       },
       false},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    ModelBuilder builder(one.precision, 1);
    one.build(builder, builder.Input(8, 4, 4));
    CHECK((LargestOfLast(builder.model()) < 128) == one.below_128);
  }
}

// Whether any activations from 0 to `largest` take a sum of the group's products out of 16 bits.
bool LeavesShorts(const std::vector<int32_t>& steps, const StepWeights& weights, int32_t largest) {
  for (int lane = 0; lane < weights.lanes; ++lane) {
    for (int half = 0; half < 2; ++half) {
      int32_t most = 0, least = 0;
      for (const int32_t step : steps) {
        for (int k = 2 * half; k < 2 * half + 2; ++k) {
          const int32_t product = largest * weights.At(step, lane)[k];
          (product > 0 ? most : least) += product;
        }
      }
      if (most > 32767 || least < -32768) return true;
    }
  }
  return false;
}

TEST_CASE("each step is in one group, whose sums stay in 16 bits") {
  constexpr int kLanes = 32;
  constexpr int32_t kSteps = 61;
  const struct {
    const char* reason;
    int32_t largest;
    int spread;  // of the weights: from -spread to spread
    int32_t least_fours, most_fours;
  } cases[] = {
      {"small weights: all that go into fours", 127, 25, 15, 15},
      {"few bits of activations", 15, 127, 15, 15},
      {"four bits of weights on bytes", 255, 8, 15, 15},
      {"usual weights: some of them", 127, 45, 1, 15},
      {"all as large as they come: none", 127, 127, 0, 3},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    std::mt19937 random(3);
    StepWeights weights(kLanes, kSteps);
    for (int8_t& w : weights.values)
      w = static_cast<int8_t>(
          static_cast<int>(random() % static_cast<uint32_t>(2 * one.spread + 1)) - one.spread);
    const ShortSums sums = GroupSteps(weights, one.largest);
    CHECK(sums.fours >= one.least_fours);
    CHECK(sums.fours <= one.most_fours);
    REQUIRE(4 * sums.fours + 2 * sums.twos + sums.ones == kSteps);
    std::vector<int32_t> sorted = sums.order;
    std::sort(sorted.begin(), sorted.end());
    for (int32_t step = 0; step < kSteps; ++step) CHECK(sorted[static_cast<size_t>(step)] == step);
    size_t next = 0;
    for (const auto& [groups, size] :
         {std::pair(sums.fours, 4), std::pair(sums.twos, 2), std::pair(sums.ones, 1)}) {
      for (int32_t group = 0; group < groups; ++group, next += static_cast<size_t>(size)) {
        const auto first = sums.order.begin() + static_cast<ptrdiff_t>(next);
        CHECK_FALSE(LeavesShorts({first, first + size}, weights, one.largest));
      }
    }
  }
}

// One output or group each of `weights`, [per_group, rows, columns]; zeros but for two.
bool Fits(std::vector<int64_t> dims, int32_t groups, int32_t largest,
          std::initializer_list<std::pair<size_t, int>> weights) {
  size_t count = 1;
  for (const int64_t d : dims) count *= static_cast<size_t>(d);
  std::vector<int8_t> values(count);
  for (const auto& [at, w] : weights) values[at] = static_cast<int8_t>(w);
  qb_node node{};
  node.op = dims.size() == 4 ? QB_CONV : QB_LINEAR;
  node.groups = groups;
  qb_tensor weight{};
  weight.rank = static_cast<int32_t>(dims.size());
  std::copy(dims.begin(), dims.end(), weight.dims);
  weight.data = values.data();
  const qb_tensor bias{};
  const Kernels kernels{};
  const Value x{.channels = dims[1] * groups}, y{.channels = dims[0]};
  return FitsShortSums({.kernels = kernels,
                        .node = node,
                        .weight = weight,
                        .bias = bias,
                        .x = x,
                        .y = y,
                        .largest = largest});
}

TEST_CASE("a layer's pairs of products fit 16 bits, or it isn't let in") {
  const struct {
    const char* reason;
    std::vector<int64_t> dims;
    int32_t groups, largest;
    std::initializer_list<std::pair<size_t, int>> weights;
    bool fits;
  } cases[] = {
      {"255 * 128", {1, 2}, 1, 255, {{0, 127}, {1, 1}}, true},
      {"255 * 129", {1, 2}, 1, 255, {{0, 127}, {1, 2}}, false},
      {"255 * -128", {1, 2}, 1, 255, {{0, -127}, {1, -1}}, true},
      {"255 * -129", {1, 2}, 1, 255, {{0, -128}, {1, -1}}, false},
      {"128 * -256", {1, 2}, 1, 128, {{0, -128}, {1, -128}}, true},
      {"129 * -256", {1, 2}, 1, 129, {{0, -128}, {1, -128}}, false},
      {"127 * 254", {1, 2}, 1, 127, {{0, 127}, {1, 127}}, true},
      {"of opposite signs either may stand alone", {1, 2}, 1, 255, {{0, 127}, {1, -128}}, true},
      {"of two pairs", {1, 4}, 1, 255, {{1, 127}, {2, 127}}, true},
      {"of two outputs", {2, 2}, 1, 255, {{1, 127}, {2, 127}}, true},
      {"the last of an odd number", {1, 3}, 1, 255, {{1, 127}, {2, 127}}, true},
      {"one place of a kernel", {1, 2, 1, 2}, 1, 255, {{1, 127}, {3, 127}}, false},
      {"two places", {1, 2, 1, 2}, 1, 255, {{0, 127}, {3, 127}}, true},
      // Channels 3, 4 and 5: 3 is the second of a pair.
      {"a group in the middle of a pair", {2, 3, 1, 1}, 2, 255, {{4, 127}, {5, 127}}, false},
      {"whose first is another's", {2, 3, 1, 1}, 2, 255, {{3, 127}, {4, 127}}, true},
      {"depthwise, rows 0 and 1", {2, 1, 3, 3}, 2, 255, {{1, 127}, {4, 127}}, false},
      {"rows 1 and 2", {2, 1, 3, 3}, 2, 255, {{4, 127}, {7, 127}}, false},
      {"rows 0 and 2", {2, 1, 3, 3}, 2, 255, {{1, 127}, {7, 127}}, true},
      {"two columns", {2, 1, 3, 3}, 2, 255, {{3, 127}, {4, 127}}, true},
      {"the last row and the next channel's first",
       {2, 1, 3, 3},
       2,
       255,
       {{7, 127}, {10, 127}},
       true},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(Fits(one.dims, one.groups, one.largest, one.weights) == one.fits);
  }
}

}  // namespace
}  // namespace quantbench::engine
