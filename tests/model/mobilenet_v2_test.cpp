// SPDX-License-Identifier: Apache-2.0
// MobileNetV2 from state dicts of several widths: its structure, and what is said when weights
// don't fit.
#include <doctest/doctest.h>

#include <algorithm>

#include "model/architectures/build_network.h"
#include "model/mobilenet_v2_tensors.h"
#include "model/passes.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::StateDictMaker;

const StateDict& SmallDict() {
  static const StateDict dict = StateDictMaker(0.25, 3).tensors;
  return dict;
}

ModelSource Source(int height, int width, PaddingStyle padding = PaddingStyle::kSymmetric) {
  return {.file = "",
          .architecture = "mobilenet_v2",
          .padding = padding,
          .activation = Activation::kRelu6,
          .input_height = height,
          .input_width = width};
}

Graph BuildMobileNetV2(StateDict tensors, const ModelSource& source) {
  return BuildNetwork({.tensors = std::move(tensors), .place = {}, .prefix = {}}, source).graph;
}

size_t CountOf(const Graph& graph, std::string_view op) {
  return static_cast<size_t>(std::ranges::count_if(
      graph.nodes, [&](const Node& node) { return OperatorName(node.op) == op; }));
}

TEST_CASE("any width and number of classes") {
  struct Case {
    double width;
    int64_t classes;
    int64_t parameters;  // as torchvision counts them
    size_t residuals;
  };
  const Case cases[] = {
      {1.0, 1000, 3504872, 10},
      {0.5, 1001, 1969961, 10},
      {0.25, 3, 241955, 11},  // two stages have 24 channels, so a residual joins them
      {1.4, 10, 4333706, 10},
  };
  for (const Case& c : cases) {
    CAPTURE(c.width);
    Graph graph = BuildMobileNetV2(StateDictMaker(c.width, c.classes).tensors, Source(64, 64));
    InferShapes(graph);
    CHECK(CountOf(graph, "conv") == 52);
    CHECK(CountOf(graph, "batch_norm") == 52);
    CHECK(CountOf(graph, "activation") == 35);
    CHECK(CountOf(graph, "add") == c.residuals);
    CHECK(TotalCost(graph).parameters == c.parameters);
    CHECK(graph.values[static_cast<size_t>(graph.output)].shape == Shape{c.classes});
    PrepareForInference(graph);
    CHECK(CountOf(graph, "batch_norm") + CountOf(graph, "activation") == 0);
  }
}

// Shape of the last feature map and padding of the first convolution.
TEST_CASE("padding styles, for even and odd sizes") {
  struct Case {
    int height, width;
    PaddingStyle style;
    Shape last;
    std::array<int, 4> first;  // top, left, bottom, right
  };
  constexpr auto kSymmetric = PaddingStyle::kSymmetric;
  constexpr auto kSame = PaddingStyle::kSame;
  const Case cases[] = {
      {224, 224, kSymmetric, {1280, 7, 7}, {1, 1, 1, 1}},
      {224, 224, kSame, {1280, 7, 7}, {0, 0, 1, 1}},
      {225, 96, kSame, {1280, 8, 3}, {1, 0, 1, 1}},
      {225, 96, kSymmetric, {1280, 8, 3}, {1, 1, 1, 1}},
      {1, 2, kSame, {1280, 1, 1}, {1, 0, 1, 1}},
      {1, 1, kSymmetric, {1280, 1, 1}, {1, 1, 1, 1}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.height);
    Graph graph = BuildMobileNetV2(SmallDict(), Source(c.height, c.width, c.style));
    InferShapes(graph);
    const Padding& first = std::get<Conv>(graph.nodes[0].op).window.padding;
    CHECK(std::array<int, 4>{first.top, first.left, first.bottom, first.right} == c.first);
    for (const Node& node : graph.nodes) {
      if (node.name == "features.18.0")
        CHECK(graph.values[static_cast<size_t>(node.output)].shape == c.last);
    }
  }
}

TEST_CASE("every tensor that doesn't fit is named with what was expected") {
  struct Case {
    void (*damage)(StateDict& dict);
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {[](StateDict& d) { d.erase("features.3.conv.1.0.weight"); },
       {"(1 problem)", "missing 'features.3.conv.1.0.weight' [48,1,3,3]"}},
      {[](StateDict& d) { d.erase("features.0.0.weight"); },
       {"missing 'features.0.0.weight' [*,3,3,3]"}},
      {[](StateDict& d) {
         d["features.18.1.bias"].shape = {1, 1280};
       },
       {"(1 problem)", "'features.18.1.bias' has shape [1,1280], expected [1280]"}},
      {[](StateDict& d) {
         d["classifier.1.weight"].shape = {1280, 3};
       },
       {"'classifier.1.weight' has shape [1280,3], expected [*,1280]"}},
      {[](StateDict& d) {
         d["head.x\n"].shape = {2, 2};
       },
       {"unexpected 'head.x?' [2,2]"}},
      {[](StateDict& d) { d["features.5.conv.0.1.running_var"].values[3] = 0.0f / 0.0f; },
       {"'features.5.conv.0.1.running_var' is", "at element 3, expected finite"}},
      {[](StateDict& d) { d.clear(); },
       {"(262 problems): of its 262 tensors 0 are there", "its 0 tensors (none)"}},
      {[](StateDict& d) {
         d["features.0.0.weight"] = {.shape = {int64_t{1} << 62, 0, 3, 3}, .values = {}};
       },
       {"'features.0.0.weight' has shape [4611686018427387904,0,3,3]"}},
  };
  for (const Case& c : cases) {
    StateDict dict = SmallDict();
    c.damage(dict);
    CheckRefused([&] { BuildMobileNetV2(dict, Source(32, 32)); }, c.expected,
                 "don't fit mobilenet_v2");
  }
}

TEST_CASE("num_batches_tracked, which old checkpoints lack, isn't needed") {
  StateDict dict = SmallDict();
  std::erase_if(dict, [](const auto& item) { return item.first.ends_with("tracked"); });
  CHECK_NOTHROW(BuildMobileNetV2(dict, Source(32, 32)));
}

}  // namespace
}  // namespace quantbench
