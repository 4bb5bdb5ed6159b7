// SPDX-License-Identifier: Apache-2.0
// A small ONNX model for one operator, and what it computes.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "model/onnx_builder.h"
#include "model/run_graph.h"

namespace quantbench::testing {

// The image [3,4,4] that all models see: 0, 0.5, 1, ... 23.5.
inline std::vector<float> Image() {
  std::vector<float> image;
  for (int i = 0; i < 48; ++i) image.push_back(0.5f * static_cast<float>(i));
  return image;
}

struct OperatorCase {
  const char* reason;
  std::function<void(OnnxBuilder&)> build;  // from "x" [n,3,4,4] to "y"
  std::vector<float> expected;
  int opset = 13;
  std::vector<int64_t> input{-1, 3, 4, 4};
};

// Means of the channels are 3.75, 11.75 and 19.75.
inline void Pooled(OnnxBuilder& b, const std::string& output = "p") {
  b.Node("GlobalAveragePool", {"x"}, output);
}

inline void CheckOperator(const OperatorCase& c) {
  CAPTURE(c.reason);
  OnnxBuilder builder(c.input, c.opset);
  c.build(builder);
  const std::vector<float> scores = RunFloat(builder.Import(), Image());
  REQUIRE(scores.size() == c.expected.size());
  for (size_t i = 0; i < scores.size(); ++i)
    CHECK(double{scores[i]} == doctest::Approx(double{c.expected[i]}).epsilon(1e-5));
}

}  // namespace quantbench::testing
