// SPDX-License-Identifier: Apache-2.0
// Faults that were planted into the default network are found by one call each.
#include "run/diagnose.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/import.h"
#include "model/onnx_export.h"
#include "model/passes.h"
#include "quantize/given.h"
#include "run/fast_backend.h"
#include "run/small_scenario.h"

namespace quantbench {
namespace {

using testing::BinaryDir;
using testing::OptionsIn;
using testing::ScratchFolder;
using testing::SmallScenario;
using testing::SourceDir;

constexpr char kDepthwise[] = "features.4.conv.1.0";

Graph DefaultNetwork() {
  Graph graph = ImportModel({.file = SourceDir() / "datasets" / "default" / "mobilenet_v2.pth",
                             .architecture = "mobilenet_v2",
                             .input_height = 96,
                             .input_width = 96});
  PrepareForInference(graph);
  return graph;
}

Weighted& LayerNamed(Graph& graph, const std::string& name) {
  const auto node = std::ranges::find(graph.nodes, name, &Node::name);
  REQUIRE(node != graph.nodes.end());
  return *WeightsOf(node->op);
}

const LayerDiagnosis& LayerNamed(const Diagnosis& diagnosis, const std::string& name) {
  const auto layer = std::ranges::find_if(diagnosis.layers, [&](const LayerDiagnosis& one) {
    return one.layer == name || one.layer == name + "/";  // as exported, imported again
  });
  REQUIRE(layer != diagnosis.layers.end());
  return *layer;
}

// The default scenario on four dozen images, with this model in its place.
Diagnosis DiagnoseModel(const std::filesystem::path& model, const std::string& recipe,
                        const std::vector<Override>& more = {}) {
  const ScratchFolder scratch;
  std::vector<Override> changes{{"matrix.granularity", recipe}};
  if (!model.empty()) changes.push_back({"model", "{file: '" + model.string() + "'}"});
  changes.insert(changes.end(), more.begin(), more.end());
  return Diagnose(SmallScenario(changes), {.images = 48, .times = false}, OptionsIn(scratch));
}

TEST_CASE("diagnose: one weight channel a thousand times as large") {
  const ScratchFolder scratch;
  Graph graph = DefaultNetwork();
  Weighted& layer = LayerNamed(graph, kDepthwise);
  for (size_t i = 0; i < 9; ++i) layer.weight.values[9 * 3 + i] *= 1000;
  ExportOnnx(graph, scratch.path() / "planted.onnx");
  const Diagnosis diagnosis = DiagnoseModel(scratch.path() / "planted.onnx", "per_tensor");
  const LayerDiagnosis& found = LayerNamed(diagnosis, kDepthwise);
  CHECK(found.verdict == "channels");
  CHECK(found.weights.channel_ratio.value_or(0) > 100);
  CHECK(found.sentence.find("techniques: [cle]") != std::string::npos);
  REQUIRE(!diagnosis.advice.empty());
  CHECK(diagnosis.advice.front().setting == "matrix: {granularity: [per_channel]}");
}

TEST_CASE("diagnose: a bias near the limit of 32 bits") {
  const ScratchFolder scratch;
  Graph graph = DefaultNetwork();
  LayerNamed(graph, kDepthwise).bias[2] = 3e7f;
  ExportOnnx(graph, scratch.path() / "planted.onnx");
  const Diagnosis diagnosis = DiagnoseModel(scratch.path() / "planted.onnx", "per_tensor");
  const LayerDiagnosis& found = LayerNamed(diagnosis, kDepthwise);
  CHECK(found.verdict == "bias");
  CHECK(found.weights.bias_headroom_bits.value_or(31) < 1.5);
}

TEST_CASE("diagnose: an activation's range cut to a tenth") {
  const ScratchFolder scratch;
  const auto options = OptionsIn(scratch);
  const Scenario scenario = SmallScenario({{"matrix.granularity", "per_channel"}});
  QuantizeScenario(scenario, options);
  Graph graph = ImportModel({.file = options.out / "int8-static-minmax-per_channel.onnx",
                             .architecture = {},
                             .input_height = 96,
                             .input_width = 96});
  PrepareForInference(graph);
  const auto node = std::ranges::find_if(graph.nodes, [](const Node& one) {
    return one.name == kDepthwise + std::string("/") && WeightsOf(one.op) != nullptr;
  });
  REQUIRE(node != graph.nodes.end());
  graph.values[static_cast<size_t>(node->output)].given->scale /= 10;
  const std::string name = node->name;
  ExportOnnx(QuantizeAsGiven(std::make_shared<const Graph>(graph), "given"),
             scratch.path() / "planted.onnx");
  const Diagnosis diagnosis =
      DiagnoseModel(scratch.path() / "planted.onnx", "per_channel",
                    {{"matrix.precision", "int8"}, {"matrix.quantization", "given"}});
  CHECK(LayerNamed(diagnosis, name).verdict == "saturated");
  const auto saturated =
      std::ranges::count(diagnosis.layers, "saturated", &LayerDiagnosis::verdict);
  CHECK(saturated == 1);
}

TEST_CASE("diagnose: mean and std swapped") {
  const Diagnosis diagnosis = DiagnoseModel({}, "per_channel",
                                            {{"dataset.preprocess.mean", "[0.229, 0.224, 0.225]"},
                                             {"dataset.preprocess.std", "[0.485, 0.456, 0.406]"}});
  REQUIRE(!diagnosis.advice.empty());
  CHECK(diagnosis.advice.front().setting ==
        "dataset: {preprocess: {mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}}");
}

TEST_CASE("diagnose: one scale per channel, minmax, right preprocessing: no alarm") {
  const Diagnosis diagnosis = DiagnoseModel({}, "per_channel");
  CHECK(diagnosis.model_hash != "");  // or no report would show it
  CHECK(diagnosis.advice.empty());
  CHECK(std::ranges::all_of(diagnosis.layers,
                            [](const LayerDiagnosis& layer) { return layer.verdict.empty(); }));
}

TEST_CASE("diagnose: layers are sought by the classes that change as well") {
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  if (!fast) return;
  const ScratchFolder scratch;
  const Diagnosis diagnosis = Diagnose(
      SmallScenario({{"matrix.granularity", "per_tensor"}, {"matrix.backend", fast->info->name}}),
      {.images = 8, .times = false, .changed_part = 0.5}, OptionsIn(scratch));
  REQUIRE(diagnosis.reduction.has_value());
  const Reduction& reduction = *diagnosis.reduction;
  CHECK(reduction.float_correct == reduction.images);  // all have the class that fp32 gives them
  const int64_t changed = reduction.images - reduction.integer_correct;
  CHECK(changed > 0);
  CHECK(reduction.within);
  CHECK(2 * (reduction.images - reduction.mixed_correct) <= changed);
  CHECK(!reduction.layers.empty());
}

TEST_CASE("diagnose: the same for any number of threads, and from the cache") {
  const ScratchFolder scratch;
  const Scenario scenario = SmallScenario({{"matrix.granularity", "per_tensor"}});
  const DiagnosisRequest request{.images = 10, .times = false};
  const auto text = [](const Diagnosis& diagnosis) {
    std::ostringstream stream;
    WriteDiagnosisJson(diagnosis, stream);
    return stream.str();
  };
  const std::string first = text(Diagnose(scenario, request, OptionsIn(scratch, 1)));
  CHECK(text(Diagnose(scenario, request, OptionsIn(scratch, 1))) == first);
  const ScratchFolder other;
  CHECK(text(Diagnose(scenario, request, OptionsIn(other, 3))) == first);
}

// tests/golden/make_layer_sqnr.py computed the same with numpy.
TEST_CASE("diagnose: what each layer loses by itself is what numpy computes") {
  std::ifstream file(SourceDir() / "tests" / "golden" / "layer_sqnr.json");
  const auto golden = nlohmann::json::parse(file);
  const ScratchFolder scratch;
  const Diagnosis diagnosis =
      Diagnose(SmallScenario({{"matrix.granularity", "per_tensor"}}),
               {.images = golden["images"].get<int64_t>(), .times = false}, OptionsIn(scratch));
  CHECK(golden["layers"].size() == 53);
  for (const auto& [name, expected] : golden["layers"].items()) {
    CAPTURE(name);
    const LayerErrors& errors = LayerNamed(diagnosis, name).errors;
    const auto near = [&](const std::optional<double>& ours, const char* key) {
      CHECK(std::abs(ours.value_or(-999) - expected[key].get<double>()) < 0.01);
    };
    near(errors.local_sqnr_db, "own");
    near(errors.local_weights_sqnr_db, "weights");
    near(errors.local_activations_sqnr_db, "activations");
  }
}

// tests/abi/slow_layer_plugin.cpp.
TEST_CASE("diagnose: a layer whose kernel is slow in int8") {
  const ScratchFolder scratch;
  const std::filesystem::path library = BinaryDir() / "tests" / "faulty_plugins" / "slow_layer.so";
  const Scenario scenario =
      SmallScenario({{"matrix.granularity", "per_channel"},
                     {"matrix.backend", "{name: slow_layer, file: '" + library.string() + "'}"}});
  const Diagnosis diagnosis = Diagnose(scenario, {.images = 2}, OptionsIn(scratch));
  const LayerDiagnosis& slow = LayerNamed(diagnosis, "features.5.conv.1.0");
  CHECK(slow.verdict == "slow");
  CHECK(diagnosis.timing == "taps");
}

}  // namespace
}  // namespace quantbench
