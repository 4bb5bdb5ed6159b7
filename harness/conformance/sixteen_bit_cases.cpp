// SPDX-License-Identifier: Apache-2.0
// Cases of activations of 16 bits: few, since the host asks them of naive operators and of engines
// with an importer of their own.
#include "conformance/cases.h"

namespace quantbench::conformance {
namespace {

struct SixteenBitCase {
  const char* name;
  void (*build)(ModelBuilder&);
};
constexpr SixteenBitCase kSixteenBitCases[] = {
    {"conv_dense",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(3, 9, 11), {.channels = 20,
                                           .kernel = {3, 3},
                                           .stride = {2, 2},
                                           .padding = {1, 1, 1, 1},
                                           .activation = QB_RELU6}));
     }},
    {"conv_deep",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(640, 2, 7), {.channels = 37, .weights = Integers::kExtreme}));
     }},
    {"conv_grouped",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(12, 6, 5), {.channels = 18,
                                           .kernel = {3, 3},
                                           .padding = {1, 1, 1, 1},
                                           .groups = 3,
                                           .per_channel = false}));
     }},
    {"conv_depthwise",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(40, 7, 6), {.channels = 40,
                                           .kernel = {3, 3},
                                           .padding = {1, 1, 1, 1},
                                           .groups = 40,
                                           .activation = QB_RELU}));
     }},
    {"linear",
     [](ModelBuilder& b) { b.Output(b.Linear(b.Flatten(b.Input(700, 1, 1)), 100, QB_RELU)); }},
    {"residual",
     [](ModelBuilder& b) {
       const int32_t x = b.Conv(b.Input(8, 5, 7), {.channels = 24});
       b.Output(b.Add(x, b.Conv(x, {.channels = 24}), QB_RELU));
     }},
    {"squeeze_excite",
     [](ModelBuilder& b) {
       const int32_t x = b.Unary(b.Conv(b.Input(8, 5, 7), {.channels = 24}), QB_HARD_SWISH);
       const int32_t gate =
           b.Unary(b.Conv(b.GlobalAveragePool(x), {.channels = 24}), QB_HARD_SIGMOID, {0.2f, 0.5f});
       b.Output(b.Mul(x, gate));
     }},
    {"average_pool",
     [](ModelBuilder& b) {
       b.Output(b.AveragePool(b.Input(19, 8, 7), {.kernel = {3, 2},
                                                  .stride = {2, 1},
                                                  .padding = {1, 1, 1, 0},
                                                  .count_include_pad = false}));
     }},
    {"max_pool",
     [](ModelBuilder& b) {
       b.Output(b.MaxPool(b.Input(20, 9, 9), {.kernel = {3, 3}, .padding = {1, 1, 1, 1}}));
     }},
    {"concat",
     [](ModelBuilder& b) {
       const int32_t x = b.Input(5, 4, 6);
       b.Output(b.Concat({b.Conv(x, {.channels = 7}), x}));
     }},
    {"activation", [](ModelBuilder& b) { b.Output(b.Activation(b.Input(18, 3, 5), QB_RELU6)); }},
    {"cap", [](ModelBuilder& b) { b.Output(b.Cap(b.Input(18, 3, 5), /*own_qparams=*/true)); }},
    {"moved",
     [](ModelBuilder& b) {
       const int32_t x = b.ChannelShuffle(b.Slice(b.Input(18, 3, 5), 2, 14), 3);
       b.Output(b.Gather(x, {4, 45}, {3, -1, 0, 2}));
     }},
    {"through_float", [](ModelBuilder& b) { b.Output(b.ThroughFloat(b.Input(18, 3, 5))); }},
    {"conversions",
     [](ModelBuilder& b) {
       const int32_t wide = b.Conv(b.Input(8, 5, 7), {.channels = 24});
       const int32_t narrow = b.Conv(b.Convert(wide), {.channels = 16});
       b.Output(b.Conv(b.Convert(narrow), {.channels = 24}));
     }},
};

}  // namespace

std::vector<Case> SixteenBitCases() {
  std::vector<Case> cases;
  for (const SixteenBitCase& one : kSixteenBitCases)
    cases.push_back({one.name, "activations of 16 bits, sums of 64", one.build});
  return cases;
}

}  // namespace quantbench::conformance
