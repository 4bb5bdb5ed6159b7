// SPDX-License-Identifier: Apache-2.0
// The cases of dynamic quantisation: inputs with every kind of range.
#include "conformance/cases.h"

namespace quantbench::conformance {
namespace {

struct Input {
  const char* name;
  const char* reason;
  InputKind kind;
};
constexpr Input kInputs[] = {
    {"positive", "no value below zero: zero point 0", InputKind::kPositive},
    {"negative", "no value above zero: zero point 255", InputKind::kNegative},
    {"tiny", "the least scale", InputKind::kTiny},
    {"zeros", "a range without width", InputKind::kZeros},
    {"outlier", "one value of one image takes the range of the whole batch", InputKind::kOutlier},
    {"nan", "a NaN anywhere makes every output NaN", InputKind::kNan},
    {"infinity", "an infinity anywhere makes every output NaN", InputKind::kInfinity},
    {"huge", "a range wider than float32 makes every output NaN", InputKind::kHuge},
};

struct Layer {
  const char* name;
  void (*build)(ModelBuilder&);
};
constexpr Layer kLayers[] = {
    {"first_conv",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(3, 9, 11), {.channels = 20,
                                           .kernel = {3, 3},
                                           .stride = {2, 2},
                                           .padding = {1, 1, 1, 1},
                                           .activation = QB_RELU6}));
     }},
    {"pointwise", [](ModelBuilder& b) { b.Output(b.Conv(b.Input(37, 5, 3), {.channels = 65})); }},
    {"grouped",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(12, 6, 5), {.channels = 18,
                                           .kernel = {3, 3},
                                           .padding = {1, 1, 1, 1},
                                           .groups = 3,
                                           .per_channel = false}));
     }},
    {"depthwise",
     [](ModelBuilder& b) {
       b.Output(b.Conv(b.Input(40, 7, 6), {.channels = 40,
                                           .kernel = {3, 3},
                                           .padding = {1, 1, 1, 1},
                                           .groups = 40,
                                           .activation = QB_RELU}));
     }},
    {"linear",
     [](ModelBuilder& b) { b.Output(b.Linear(b.Flatten(b.Input(70, 1, 1)), 100, QB_RELU)); }},
};

}  // namespace

std::vector<Case> DynamicCases() {
  std::vector<Case> cases = WeightedCases();
  for (const Input& input : kInputs) {
    for (const Layer& layer : kLayers) {
      cases.push_back({.name = std::string("range_") + input.name + "/" + layer.name,
                       .reason = input.reason,
                       .build = layer.build,
                       .input = input.kind});
    }
  }
  return cases;
}

}  // namespace quantbench::conformance
