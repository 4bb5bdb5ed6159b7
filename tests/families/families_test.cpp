// SPDX-License-Identifier: Apache-2.0
// Network families as torchvision exports them, against PyTorch's own outputs (make.py makes both).
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
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

}  // namespace
}  // namespace quantbench
