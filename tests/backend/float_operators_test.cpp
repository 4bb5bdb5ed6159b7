// SPDX-License-Identifier: Apache-2.0
// The blocked float operators give the naive ones' bits on every path, for any number of threads.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "backend/backend.h"
#include "model/graph_samples.h"

namespace quantbench {
namespace {

struct Layer {
  std::string reason;
  Shape image;
  testing::ConvOptions conv;
  Activation activation = Activation::kNone;
};

const Layer kLayers[] = {
    {"1x1, deeper than a block", {300, 7, 7}, {.weight = {16, 300, 1, 1}}},
    {"1x1, more pixels than a block", {5, 17, 13}, {.weight = {13, 5, 1, 1}}, Activation::kRelu},
    {"3x3 with padding",
     {7, 9, 20},
     {.weight = {6, 7, 3, 3}, .padding = {1, 1, 1, 1}},
     Activation::kRelu6},
    {"3x3 in steps of two, padded on one side",
     {3, 15, 18},
     {.weight = {7, 3, 3, 3}, .stride = 2, .padding = {0, 0, 1, 1}}},
    {"7x7 in steps of two",
     {3, 30, 31},
     {.weight = {8, 3, 7, 7}, .stride = 2, .padding = {3, 3, 3, 3}}},
    {"dilated", {4, 12, 12}, {.weight = {5, 4, 3, 3}, .dilation = 3, .padding = {3, 3, 3, 3}}},
    {"1x1 in steps of two", {4, 9, 9}, {.weight = {5, 4, 1, 1}, .stride = 2}},
    {"1x1 with padding", {4, 5, 5}, {.weight = {5, 4, 1, 1}, .padding = {1, 2, 0, 1}}},
    {"two groups", {8, 6, 6}, {.weight = {6, 4, 3, 3}, .groups = 2, .padding = {1, 1, 1, 1}}},
    {"depthwise", {6, 11, 10}, {.weight = {6, 1, 3, 3}, .groups = 6, .padding = {1, 1, 1, 1}}},
    {"all padding but one pixel", {2, 1, 1}, {.weight = {3, 2, 5, 5}, .padding = {2, 2, 2, 2}}},
};

Graph GraphOf(const Layer& layer) {
  Graph graph = testing::GraphWithInput(layer.image);
  const ValueId conv =
      graph.AddNode("conv", testing::MakeConv(layer.conv), {graph.input}, layer.activation);
  graph.output = graph.AddNode("flat", Flatten{}, {conv});
  InferShapes(graph);
  return graph;
}

std::vector<float> Outputs(const Backend& backend, const std::string& isa, const Graph& graph,
                           int batch, int threads) {
  const AbiModel model(graph);
  const Executable executable = backend.Prepare(model, isa);
  const std::vector<float> input = testing::RandomValues(executable.input_elements() * batch, 5);
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * batch));
  executable.CreateContext(batch, threads)
      .Run(batch, input.data(), output.data(), ThreadPool(threads));
  return output;
}

void CheckEqual(const Graph& graph, int batch) {
  const std::vector<float> naive = Outputs(Backend::BuiltIn(), "generic", graph, batch, 1);
  for (const IsaStatus& isa : Backend::BuiltInFloat().Isas()) {
    if (!isa.why_not.empty()) continue;
    for (const int threads : {1, 3}) {
      CAPTURE(isa.name);
      CAPTURE(threads);
      const std::vector<float> blocked =
          Outputs(Backend::BuiltInFloat(), isa.name, graph, batch, threads);
      CHECK(std::memcmp(naive.data(), blocked.data(), naive.size() * sizeof(float)) == 0);
    }
  }
}

TEST_CASE("blocked convolutions have the naive bits") {
  for (const Layer& layer : kLayers) {
    CAPTURE(layer.reason);
    CheckEqual(GraphOf(layer), 2);
  }
}

TEST_CASE("blocked linear layers have the naive bits") {
  for (const int batch : {1, 2, 13}) {
    CAPTURE(batch);
    Graph graph = testing::GraphWithInput({300});
    graph.output =
        graph.AddNode("fc", testing::MakeLinear(37, 300), {graph.input}, Activation::kRelu);
    InferShapes(graph);
    CheckEqual(graph, batch);
  }
}

}  // namespace
}  // namespace quantbench
