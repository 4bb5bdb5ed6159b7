// SPDX-License-Identifier: Apache-2.0
// Integer models with the qparams that PyTorch found: what arithmetic alone makes of Top-1.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "dataset/crops.h"
#include "evaluate/accuracy.h"
#include "model/import.h"
#include "model/passes.h"
#include "quantize/collect.h"
#include "quantize/quantize.h"
#include "run/fast_backend.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

std::shared_ptr<const Graph> NetworkOfPytorch() {
  Graph graph = ImportModel({.file = testing::SharedData() / "models" / "mobilenet_v2.onnx"});
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

// [[scale, zero point], ...] of the values that observers see, in the order of the graph; what only
// moves data has its input's.
std::vector<QParams> ForEveryValue(const Graph& graph, const nlohmann::json& observed) {
  std::vector<QParams> qparams(graph.values.size());
  const std::vector<bool> is_observed = ObservedValues(graph);
  size_t next = 0;
  const auto take = [&](ValueId value) {
    const nlohmann::json& one = observed.at(next++);
    qparams[static_cast<size_t>(value)] = {.scale = one.at(0), .zero_point = one.at(1)};
  };
  take(graph.input);
  for (const Node& node : graph.nodes) {
    if (is_observed[static_cast<size_t>(node.output)]) {
      take(node.output);
    } else {
      qparams[static_cast<size_t>(node.output)] = qparams[static_cast<size_t>(node.inputs[0])];
    }
  }
  REQUIRE(next == observed.size());
  return qparams;
}

TEST_CASE("with PyTorch's qparams, Top-1 is PyTorch's within a point") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  QUANTBENCH_REQUIRE_FAST_BACKEND(fast);
  const Backend backend = Backend::Load(fast->library);
  const auto graph = NetworkOfPytorch();
  const testing::ScratchFolder scratch;
  ThreadPool pool(2);
  const Preprocess preprocess{.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}};
  const ImageIndex index =
      IndexImages({.root = testing::SharedData() / "imagenet-mini"}, {.split = "val"});
  Store store(scratch.path());
  const Crops crops = LoadCrops({.index = index, .preprocess = preprocess}, store, pool, nullptr);

  std::ifstream file(testing::SourceDir() / "tests" / "golden" / "network_histogram.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  // Top-1 of ../shared/reference/accuracy.json.
  const struct {
    std::string observer;
    double pytorch_top1_percent;
  } cases[] = {{"histogram", 88.44}, {"histogram+reduce_range", 87.56}};
  for (const auto& one : cases) {
    CAPTURE(one.observer);
    const QuantizedGraph quantized = Quantize(graph, ForEveryValue(*graph, golden.at(one.observer)),
                                              Granularity::kPerChannel, one.observer);
    const AbiModel model(quantized);
    const Predictions found = Evaluate(backend.Prepare(model, backend.ChooseIsa(std::nullopt)),
                                       crops, Normalizer(preprocess), 1, pool, nullptr);
    REQUIRE(found.images == 450);
    const double top1_percent = 100.0 * static_cast<double>(found.top1_correct) / 450.0;
    CAPTURE(top1_percent);
    CHECK(std::abs(top1_percent - one.pytorch_top1_percent) <= 1.0);
  }
}

}  // namespace
}  // namespace quantbench
