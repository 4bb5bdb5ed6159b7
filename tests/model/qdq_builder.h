// SPDX-License-Identifier: Apache-2.0
// Small quantised ONNX models, and what they compute when they are taken as they are.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "graph/quantized_graph.h"
#include "model/onnx_builder.h"
#include "model/onnx_export.h"
#include "model/run_graph.h"
#include "model/test_files.h"
#include "quantize/given.h"

namespace quantbench::testing {

using quantbench::QuantizedGraph;

constexpr int kFloat = onnx::TensorProto::FLOAT;
constexpr int kUint8 = onnx::TensorProto::UINT8;
constexpr int kInt8 = onnx::TensorProto::INT8;
constexpr int kInt32 = onnx::TensorProto::INT32;

inline QuantizedGraph PrepareGiven(Graph graph) {
  PrepareForInference(graph);
  return QuantizeAsGiven(std::make_shared<const Graph>(std::move(graph)), "given");
}

// What the exporter writes, imported.
inline QuantizedGraph ReadAgain(const QuantizedGraph& quantized, int size = 4) {
  const ScratchFolder folder;
  const std::filesystem::path file = folder.path() / "model.onnx";
  ExportOnnx(quantized, file);
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  return PrepareGiven(ImportOnnx(std::as_bytes(std::span(bytes)),
                                 {.input_height = size, .input_width = size, .folder = {}}));
}

inline void CheckNear(const std::vector<float>& actual, const std::vector<float>& expected,
                      double tolerance) {
  REQUIRE(actual.size() == expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    CAPTURE(i);
    CAPTURE(actual[i]);
    CAPTURE(expected[i]);
    CHECK(std::abs(double{actual[i]} - double{expected[i]}) <= tolerance);
  }
}

// A model whose input "x" is an image [3,4,4] of 1, 2 and -1.5, one number a channel.
class QdqBuilder : public OnnxBuilder {
 public:
  explicit QdqBuilder(int opset = 13) : OnnxBuilder({-1, 3, 4, 4}, opset) {}

  // QuantizeLinear and DequantizeLinear between two names.
  void Pair(const std::string& from, const std::string& to, float scale, int zero_point,
            int type = kUint8) {
    Floats(to + "_s", {}, {scale});
    Integers(to + "_z", {}, type, {zero_point});
    Node("QuantizeLinear", {from, to + "_s", to + "_z"}, to + "_q");
    Node("DequantizeLinear", {to + "_q", to + "_s", to + "_z"}, to);
  }

  QuantizedGraph Given() const { return PrepareGiven(Import()); }

  static std::vector<float> Scores(const QuantizedGraph& quantized) {
    std::vector<float> image(16, 1.0f);
    image.resize(32, 2.0f);
    image.resize(48, -1.5f);
    return RunModel(AbiModel(quantized), image);
  }
};

}  // namespace quantbench::testing
