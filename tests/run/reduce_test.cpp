// SPDX-License-Identifier: Apache-2.0
// Which layers are kept in float, of networks whose counts are made up.
#include "run/reduce.h"

#include <doctest/doctest.h>

#include <map>

namespace quantbench {
namespace {

// 100 images, 90 right in fp32; each layer in float gives back what stands here, 10 are right
// without any.
int64_t CorrectWith(const std::map<std::string, int64_t>& gains,
                    const std::set<std::string>& floats) {
  int64_t correct = 10;
  for (const std::string& layer : floats) correct += gains.contains(layer) ? gains.at(layer) : 0;
  return std::min<int64_t>(correct, 90);
}

Reduction ReduceMadeUp(const std::map<std::string, int64_t>& gains, double limit_pp = 1,
                       size_t suspects = 40) {
  std::vector<std::string> names;
  for (size_t i = 0; i < suspects; ++i) names.push_back("layer" + std::to_string(i));
  return Reduce({.limit_pp = limit_pp, .images = 100, .float_correct = 90, .suspects = names},
                [&](const std::set<std::string>& floats) { return CorrectWith(gains, floats); });
}

TEST_CASE("reduce: the layer that gives most back comes first, and no more than are needed") {
  const Reduction reduction = ReduceMadeUp({{"layer1", 50}, {"layer6", 29}, {"layer3", 20}});
  CHECK(reduction.layers == std::vector<std::string>{"layer1", "layer6"});
  CHECK(reduction.within);
  CHECK(reduction.integer_correct == 10);
  CHECK(reduction.mixed_correct == 89);
}

TEST_CASE("reduce: int8 that is good enough needs no layer") {
  const Reduction reduction = ReduceMadeUp({}, 80);
  CHECK(reduction.layers.empty());
  CHECK(reduction.within);
  CHECK(reduction.evaluations == 1);
}

TEST_CASE("reduce: asked to, it ends where no layer gives anything back") {
  const auto correct = [](const std::set<std::string>& floats) -> int64_t {
    return floats.contains("layer1") ? 40 : 10;
  };
  const std::vector<std::string> names{"layer0", "layer1", "layer2"};
  ReductionRequest request{.images = 100, .float_correct = 90, .suspects = names};
  CHECK(Reduce(request, correct).layers.size() == 3);
  request.only_gains = true;
  const Reduction reduction = Reduce(request, correct);
  CHECK(reduction.layers == std::vector<std::string>{"layer1"});
  CHECK_FALSE(reduction.within);
}

TEST_CASE("reduce: nearly there, suspects far down the list are asked as well") {
  const Reduction reduction = ReduceMadeUp({{"layer0", 78}, {"layer30", 1}});
  CHECK(reduction.layers == std::vector<std::string>{"layer0", "layer30"});
}

TEST_CASE("reduce: what a later layer makes superfluous is taken out again") {
  // The best single one, but two others together give all.
  const auto correct = [](const std::set<std::string>& floats) -> int64_t {
    if (floats.contains("layer1") && floats.contains("layer2")) return 90;
    return 10 + (floats.contains("layer0") ? 30 : 0) + (floats.contains("layer1") ? 20 : 0);
  };
  const std::vector<std::string> names{"layer0", "layer1", "layer2"};
  const Reduction reduction =
      Reduce({.limit_pp = 1, .images = 100, .float_correct = 90, .suspects = names}, correct);
  CHECK(reduction.layers == std::vector<std::string>{"layer1", "layer2"});
}

TEST_CASE("reduce: where nothing helps enough, it says so") {
  const Reduction reduction = ReduceMadeUp({{"layer2", 5}}, 1, 3);
  CHECK_FALSE(reduction.within);
  CHECK(reduction.mixed_correct == 15);
}

}  // namespace
}  // namespace quantbench
