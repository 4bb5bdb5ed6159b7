// SPDX-License-Identifier: Apache-2.0
// ONNX operators that combine tensors and constants, pools that hang over, and what comes in.
#include <doctest/doctest.h>

#include "model/operator_case.h"

namespace quantbench {
namespace {

using testing::CheckOperator;
using testing::Image;
using testing::OnnxBuilder;
using testing::OperatorCase;
using testing::Pooled;
using testing::RunFloat;
using testing::SetFloat;
using testing::SetInt;
using testing::SetInts;

const OperatorCase kCombinations[] = {
    {"an image times one factor a pixel, as spatial attention has it",
     [](OnnxBuilder& b) {
       SetInts(b.Node("ReduceMean", {"x"}, "a"), "axes", {1});
       b.Node("Mul", {"x", "a"}, "m");
       b.Node("GlobalAveragePool", {"m"});
     },
     {49.375f, 143.375f, 237.375f}},
    {"a difference of two tensors, one of them broadcast",
     [](OnnxBuilder& b) {
       SetInts(b.Node("ReduceMean", {"x"}, "a"), "axes", {1});
       b.Node("Sub", {"x", "a"}, "m");
       b.Node("GlobalAveragePool", {"m"});
     },
     {-8, 0, 8}},
    {"a quotient of two tensors",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Floats("one", {}, {1});
       b.Node("Add", {"p", "one"}, "q");
       b.Node("Div", {"p", "q"});
     },
     {0.7894737f, 0.9215686f, 0.9518072f}},
    {"a constant by data",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Floats("c", {3, 1, 1}, {3.75f, 23.5f, 39.5f});
       b.Node("Div", {"c", "p"});
     },
     {1, 2, 2}},
    {"an image of means taken off",
     [](OnnxBuilder& b) {
       std::vector<float> means;
       for (int i = 0; i < 48; ++i)
         means.push_back(static_cast<float>((i / 16 + i / 4 % 4 * (i % 4)) % 3));
       b.Floats("means", {1, 3, 4, 4}, means);
       b.Node("Sub", {"x", "means"}, "s");
       b.Node("GlobalAveragePool", {"s"});
     },
     {3.375f, 10.75f, 18.125f}},
    {"a constant for each column",
     [](OnnxBuilder& b) {
       b.Floats("row", {4}, {1, 2, 3, 5});
       b.Node("Mul", {"row", "x"}, "s");
       b.Node("GlobalAveragePool", {"s"});
     },
     {11.125f, 33.125f, 55.125f}},
    {"a sum of three",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Sum", {"p", "p", "p"});
     },
     {11.25f, 35.25f, 59.25f}},
    {"bounds by Max and Min",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Floats("low", {}, {5});
       b.Floats("high", {}, {12});
       b.Node("Max", {"p", "low"}, "m");
       b.Node("Min", {"high", "m"});
     },
     {5, 11.75f, 12}},
    {"local response normalisation",
     [](OnnxBuilder& b) {
       Pooled(b);
       auto& node = b.Node("LRN", {"p"});
       SetInt(node, "size", 3);
       SetFloat(node, "alpha", 0.5f);
       SetFloat(node, "bias", 2);
     },
     {0.3135188f, 0.3943744f, 0.675787f}},
    {"local response normalisation over an even number of channels",
     [](OnnxBuilder& b) {
       Pooled(b);
       auto& node = b.Node("LRN", {"p"});
       SetInt(node, "size", 2);
       SetFloat(node, "alpha", 0.5f);
       SetFloat(node, "bias", 2);
     },
     {0.2356307f, 0.2982863f, 0.6268284f}},
    {"a logarithm of probabilities at the end",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Floats("c", {}, {0.125f});
       b.Node("Flatten", {"p"}, "f");
       b.Node("Mul", {"f", "c"}, "m");
       b.Node("LogSoftmax", {"m"});
     },
     {-2.407606f, -1.407606f, -0.407606f}},
    {"softmax of an old opset over all that comes after the axis",
     [](OnnxBuilder& b) {
       b.Floats("zero", {}, {0});
       Pooled(b);
       b.Node("Mul", {"p", "zero"}, "m");
       b.Node("Softmax", {"m"});
     },
     {1.0f / 3, 1.0f / 3, 1.0f / 3},
     9},
};

TEST_CASE("combinations of tensors and constants") {
  for (const OperatorCase& c : kCombinations) CheckOperator(c);
}

OperatorCase PoolCase(const char* reason, bool counts, std::vector<float> expected) {
  return {.reason = reason,
          .build =
              [=](OnnxBuilder& b) {
                auto& node = b.Node("AveragePool", {"x"}, "a");
                SetInts(node, "kernel_shape", {3, 3});
                SetInts(node, "strides", {2, 2});
                SetInts(node, "pads", {1, 1, 1, 1});
                SetInt(node, "ceil_mode", 1);
                SetInt(node, "count_include_pad", counts ? 1 : 0);
                b.Node("GlobalAveragePool", {"a"});
              },
          .expected = std::move(expected)};
}

TEST_CASE("means whose last window hangs over: what lies beyond the padding never counts") {
  CheckOperator(PoolCase("padding counts", true, {2.3070988f, 6.4799383f, 10.652778f}));
  CheckOperator(PoolCase("padding doesn't count", false, {4.5833333f, 12.583333f, 20.583333f}));
  CheckOperator({"a window with holes, opset 19",
                 [](OnnxBuilder& b) {
                   auto& node = b.Node("AveragePool", {"x"}, "a");
                   SetInts(node, "kernel_shape", {2, 2});
                   SetInts(node, "dilations", {2, 2});
                   b.Node("GlobalMaxPool", {"a"});
                 },
                 {5, 13, 21},
                 19});
}

TEST_CASE("old operators that say along which axis a constant lies") {
  CheckOperator({"broadcast and axis, opset 6",
                 [](OnnxBuilder& b) {
                   b.Floats("c", {3}, {1, 2, 3});
                   auto& node = b.Node("Mul", {"x", "c"}, "m");
                   SetInt(node, "broadcast", 1);
                   SetInt(node, "axis", 1);
                   b.Node("GlobalAveragePool", {"m"});
                 },
                 {3.75f, 23.5f, 59.25f},
                 6});
}

TEST_CASE("bytes in: whatever the crops were normalised by is undone") {
  for (const std::vector<int64_t>& dims :
       {std::vector<int64_t>{-1, 3, 4, 4}, std::vector<int64_t>{-1, 4, 4, 3}}) {
    OnnxBuilder b(dims);
    b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
        onnx::TensorProto::UINT8);
    SetInt(b.Node("Cast", {"x"}, "f"), "to", onnx::TensorProto::FLOAT);
    b.Floats("scale", {}, {0.5f});
    b.Node("Mul", {"f", "scale"}, "s");
    auto& mean = b.Node("ReduceMean", {"s"});
    SetInts(mean, "axes", dims[1] == 3 ? std::vector<int64_t>{2, 3} : std::vector<int64_t>{1, 2});
    const std::string bytes = b.Bytes();
    const Graph graph = ImportOnnx(std::as_bytes(std::span(bytes)),
                                   {.input_height = 4,
                                    .input_width = 4,
                                    .pixels = {.gain = {0.5f, 0.25f, 2}, .offset = {-1, 3, 0}}});
    const std::vector<float> scores = RunFloat(graph, Image());
    // Means of the image are 3.75, 11.75, 19.75.
    const std::vector<float> expected{(3.75f + 1) / 0.5f / 2, (11.75f - 3) / 0.25f / 2,
                                      19.75f / 2 / 2};
    REQUIRE(scores.size() == 3);
    for (size_t i = 0; i < 3; ++i)
      CHECK(double{scores[i]} == doctest::Approx(double{expected[i]}).epsilon(1e-5));
  }
}

TEST_CASE("what nobody reads needn't be known") {
  OnnxBuilder b;
  b.Node("TrainingLoss", {"x"}, "loss").set_domain("com.example");
  Pooled(b, "y");
  CHECK(b.Import().nodes.size() == 2);
}

TEST_CASE("newer opsets than any that is known are tried") {
  for (const int opset : {7, 20, 22, 23, 24, 99}) {
    CAPTURE(opset);
    OnnxBuilder b({-1, 3, 4, 4}, opset);
    Pooled(b, "y");
    CHECK(RunFloat(b.Import(), Image()) == std::vector<float>{3.75f, 11.75f, 19.75f});
  }
}

}  // namespace
}  // namespace quantbench
