// SPDX-License-Identifier: Apache-2.0
// Network families as torchvision exports them, against PyTorch's own outputs (make.py makes both).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <span>

#include "model/import.h"
#include "model/onnx_export.h"
#include "model/run_graph.h"
#include "quantize/given.h"
#include "quantize/qparams.h"
#include "quantize/quantize.h"
#include "quantize/range.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

constexpr int kImages = 8, kSize = 64;
constexpr float kTolerance = 1e-3f;  // of the largest score; float32 sums in another order

struct Family {
  const char* name;
  double least_sqnr_db;  // of int8 scores; docs/models.md has what was measured
};
// A few dB below what was measured.
constexpr Family kFamilies[] = {{"mobilenet_v1", 35},  {"mobilenet_v2", 32},
                                {"mobilenet_v3", 28},  {"mobilenet_v3_decomposed", 28},
                                {"resnet18", 17},      {"resnet50", 4},
                                {"vgg11_bn", 20},      {"squeezenet", 32},
                                {"googlenet", 5},      {"densenet121", 12},
                                {"shufflenet_v2", 14}, {"efficientnet_b0", 31},
                                {"mnasnet", 33},       {"keras_style", 44}};

std::filesystem::path Folder() { return testing::BinaryDir() / "tests" / "families"; }

std::vector<float> Floats(const std::string& name) {
  const std::string bytes = ReadTextFile(Folder() / name);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

Graph ImportFamily(const std::filesystem::path& file) {
  return ImportModel(
      {.file = file, .architecture = "", .input_height = kSize, .input_width = kSize});
}

float LargestError(std::span<const float> actual, std::span<const float> expected) {
  float error = 0, largest = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    error = std::max(error, std::abs(actual[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return error / largest;
}

Range RangeOf(std::span<const float> values) {
  const auto [low, high] = std::ranges::minmax(values);
  return {.min = low, .max = high};
}

double SqnrDb(std::span<const float> actual, std::span<const float> expected) {
  double signal = 0, noise = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference = double{actual[i]} - double{expected[i]};
    signal += double{expected[i]} * double{expected[i]};
    noise += difference * difference;
  }
  return 10 * std::log10(signal / noise);
}

// Qparams of every value from its range over these images.
std::vector<QParams> RangesOver(const Graph& graph, const std::vector<float>& input) {
  struct Taps {
    const Graph& graph;
    const AbiModel& model;
    std::vector<Range> ranges;
    static void Done(void* user, int32_t node, const void* values, uint64_t bytes, int64_t) {
      auto& self = *static_cast<Taps*>(user);
      self.ranges[static_cast<size_t>(self.model.ValueWrittenBy(node))] =
          RangeOf({static_cast<const float*>(values), bytes / sizeof(float)});
    }
  };
  const AbiModel model(graph);
  Taps taps{graph, model, std::vector<Range>(graph.values.size())};
  taps.ranges[static_cast<size_t>(graph.input)] = RangeOf(input);
  const qb_tap tap{.struct_size = sizeof(qb_tap), .user = &taps, .node_done = &Taps::Done};
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * kImages));
  executable.CreateContext(kImages, 1)
      .Run(kImages, input.data(), output.data(), ThreadPool(1), &tap);
  std::vector<QParams> qparams;
  for (const Range& range : taps.ranges)
    qparams.push_back(ComputeQParams(range.min, range.max, ObserverSpec{}));
  for (const Node& node : graph.nodes) {
    if (SharesQParams(node.op))
      qparams[static_cast<size_t>(node.output)] = qparams[static_cast<size_t>(node.inputs[0])];
  }
  return qparams;
}

// A float graph, exported and read again, computes the same; so does a quantised one, to the bit.
void CheckRoundTrip(const Graph& graph, const QuantizedGraph& quantized,
                    const std::vector<float>& input, const std::vector<float>& scores,
                    const std::vector<float>& integer_scores) {
  const testing::ScratchFolder scratch;
  ExportOnnx(graph, scratch.path() / "float.onnx");
  CHECK(LargestError(testing::RunFloat(ImportFamily(scratch.path() / "float.onnx"), input, kImages),
                     scores) < 1e-5f);
  ExportOnnx(quantized, scratch.path() / "int8.onnx");
  Graph read = ImportFamily(scratch.path() / "int8.onnx");
  PrepareForInference(read);
  const QuantizedGraph given =
      QuantizeAsGiven(std::make_shared<const Graph>(std::move(read)), "given");
  CHECK(testing::RunModel(AbiModel(given), input, kImages) == integer_scores);
}

void CheckFamily(const Family& family) {
  const std::string name = family.name;
  const std::vector<float> input = Floats(name + ".input"), expected = Floats(name + ".output");
  Graph imported = ImportFamily(Folder() / (name + ".onnx"));
  PrepareForInference(imported);
  const auto graph = std::make_shared<const Graph>(std::move(imported));
  const std::vector<float> scores = testing::RunModel(AbiModel(*graph), input, kImages);
  REQUIRE(scores.size() == expected.size());
  const float error = LargestError(scores, expected);
  CHECK(error < kTolerance);
  const QuantizedGraph quantized =
      Quantize(graph, RangesOver(*graph, input), Granularity::kPerChannel, "int8");
  const std::vector<float> integer_scores = testing::RunModel(AbiModel(quantized), input, kImages);
  const double sqnr = SqnrDb(integer_scores, scores);
  CHECK(sqnr > family.least_sqnr_db);
  std::cout << "family " << name << ": fp32 error " << error << ", int8 SQNR " << sqnr << " dB, "
            << graph->nodes.size() << " nodes\n";
  CheckRoundTrip(*graph, quantized, input, scores, integer_scores);
}

// Minutes of naive arithmetic on 100 MB of files: run by the CTest `families`, not by default.
TEST_CASE("families: exported networks compute what PyTorch computes" * doctest::skip()) {
  for (const Family& family : kFamilies) {
    SUBCASE(family.name) {
      if (!std::filesystem::exists(Folder() / (std::string(family.name) + ".output"))) {
        MESSAGE("SKIPPED: needs the networks that tests/families/make.py writes with PyTorch");
        return;
      }
      CheckFamily(family);
    }
  }
}

// Where `./dev test-extras` puts it, unless the environment names another one.
void FindOnnxRuntime() {
  constexpr char kVariable[] = "QUANTBENCH_ONNXRUNTIME";
  if (std::getenv(kVariable) != nullptr) return;
  const std::filesystem::path package =
      testing::SourceDir() / "tests" / "peers" / "node_modules" / "onnxruntime-node" / "bin";
#if defined(__aarch64__)
  const std::filesystem::path library = "linux/arm64/libonnxruntime.so.1";
#else
  const std::filesystem::path library = "linux/x64/libonnxruntime.so.1";
#endif
  std::error_code none;
  for (const auto& version : std::filesystem::directory_iterator(package, none)) {
    if (std::filesystem::exists(version.path() / library))
      ::setenv(kVariable, (version.path() / library).c_str(), 1);
  }
}

// The plugin, where it was built and runs here; else says why it is skipped.
std::optional<Backend> EngineNamed(const std::string& name) {
  const auto file = testing::BinaryDir() / "lib" / "quantbench" / (name + ".so");
  if (!std::filesystem::exists(file)) {
    MESSAGE("SKIPPED: families on " << name << ": it wasn't built");
    return std::nullopt;
  }
  Backend engine = Backend::Load(file);
  const PluginInfo info = engine.Describe();
  if (info.RunsHere()) return engine;
  MESSAGE("SKIPPED: families on " << name << ": " << info.isas.front().why_not);
  return std::nullopt;
}

// Images one by one, since some engines take a batch of no other size for a model of all sizes.
std::vector<float> RunEngine(const Backend& engine, const Graph& graph,
                             const std::vector<float>& input) {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "float.onnx";
  ExportOnnx(graph, file);
  const AbiModel model(graph);
  const Executable executable =
      engine.Prepare(model.get(), engine.ChooseIsa(std::nullopt), {.model_file = file});
  Context context = executable.CreateContext(1, 1);
  const size_t pixels = input.size() / kImages;
  std::vector<float> scores(static_cast<size_t>(executable.output_elements()) * kImages);
  for (size_t i = 0; i < kImages; ++i)
    context.Run(1, input.data() + i * pixels, scores.data() + i * scores.size() / kImages,
                ThreadPool(1));
  return scores;
}

TEST_CASE("families: engines compute what PyTorch computes" * doctest::skip()) {
  FindOnnxRuntime();
  for (const char* const name : {"onnxruntime", "opencv_dnn"}) {
    const std::optional<Backend> engine = EngineNamed(name);
    if (!engine) continue;
    for (const Family& family : kFamilies) {
      const std::string file = family.name;
      if (!std::filesystem::exists(Folder() / (file + ".output"))) {
        MESSAGE("SKIPPED: needs the networks that tests/families/make.py writes with PyTorch");
        return;
      }
      CAPTURE(name);
      CAPTURE(file);
      const std::vector<float> input = Floats(file + ".input"), expected = Floats(file + ".output");
      Graph graph = ImportFamily(Folder() / (file + ".onnx"));
      PrepareForInference(graph);
      const std::vector<float> scores = RunEngine(*engine, graph, input);
      REQUIRE(scores.size() == expected.size());
      const float error = LargestError(scores, expected);
      CHECK(error < kTolerance);
      std::cout << "family " << file << " on " << name << ": error " << error << ", SQNR "
                << SqnrDb(scores, expected) << " dB\n";
    }
  }
}

}  // namespace
}  // namespace quantbench
