// SPDX-License-Identifier: Apache-2.0
// One small ONNX model an operator, and what it computes.
#include <doctest/doctest.h>

#include <functional>

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
using testing::SetText;

const OperatorCase kCases[] = {
    {"global average", [](OnnxBuilder& b) { Pooled(b, "y"); }, {3.75f, 11.75f, 19.75f}},
    {"mean over both axes, dropped",
     [](OnnxBuilder& b) {
       auto& node = b.Node("ReduceMean", {"x"});
       SetInts(node, "axes", {2, -1});
       SetInt(node, "keepdims", 0);
     },
     {3.75f, 11.75f, 19.75f}},
    {"mean over one axis and then the other",
     [](OnnxBuilder& b) {
       SetInts(b.Node("ReduceMean", {"x"}, "rows"), "axes", {3});
       auto& node = b.Node("ReduceMean", {"rows"});
       SetInts(node, "axes", {2});
       SetInt(node, "keepdims", 0);
     },
     {3.75f, 11.75f, 19.75f}},
    {"mean of [n,h,w,c]",
     [](OnnxBuilder& b) {
       SetInts(b.Node("ReduceMean", {"x"}), "axes", {1, 2});
     },
     {3.75f, 11.75f, 19.75f},
     13,
     {-1, 4, 4, 3}},
    {"axes as an input, opset 18",
     [](OnnxBuilder& b) {
       b.Ints("axes", {2, 3});
       b.Node("ReduceMean", {"x", "axes"});
     },
     {3.75f, 11.75f, 19.75f},
     18},
    {"1x1 convolution with bias",
     [](OnnxBuilder& b) {
       b.Floats("w", {2, 3, 1, 1}, {1, 0, 0, 0, 1, 1});
       b.Floats("b", {2}, {0.25f, -1});
       Pooled(b);
       b.Node("Conv", {"p", "w", "b"});
     },
     {4, 30.5f}},
    {"SAME_UPPER pads below: sums of 2x2 windows at stride 3",
     [](OnnxBuilder& b) {
       b.Floats("w", {1, 3, 2, 2}, {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0});
       auto& node = b.Node("Conv", {"x", "w"}, "c");
       SetText(node, "auto_pad", "SAME_UPPER");
       SetInts(node, "strides", {3, 3});
       b.Node("Flatten", {"c"});
     },
     {5, 5, 12.5f, 7.5f}},
    {"maximum with ceil_mode: the last window hangs over",
     [](OnnxBuilder& b) {
       auto& node = b.Node("MaxPool", {"x"}, "m");
       SetInts(node, "kernel_shape", {3, 3});
       SetInts(node, "strides", {2, 2});
       SetInt(node, "ceil_mode", 1);
       b.Node("GlobalAveragePool", {"m"});  // of 5, 5.5, 7, 7.5
     },
     {6.25f, 14.25f, 22.25f}},
    {"average with ceil_mode counts what lies inside",
     [](OnnxBuilder& b) {
       auto& node = b.Node("AveragePool", {"x"}, "m");
       SetInts(node, "kernel_shape", {3, 3});
       SetInts(node, "strides", {3, 3});
       SetInt(node, "ceil_mode", 1);
       SetInt(node, "count_include_pad", 1);
       b.Node("GlobalMaxPool", {"m"});
     },
     {7.5f, 15.5f, 23.5f}},
    {"batch norm, kept for itself",
     [](OnnxBuilder& b) {
       b.Floats("scale", {3}, {1, 2, 3});
       b.Floats("shift", {3}, {0, 0, 1});
       b.Floats("mean", {3}, {0.75f, 1.75f, 9.75f});
       b.Floats("var", {3}, {4, 1, 1});
       Pooled(b);
       SetFloat(b.Node("BatchNormalization", {"p", "scale", "shift", "mean", "var"}), "epsilon", 0);
     },
     {1.5f, 20, 31}},
    {"arithmetic with constants, which may come first",
     [](OnnxBuilder& b) {
       b.Floats("c", {3, 1, 1}, {1, 2, 3});
       b.Floats("two", {}, {2});
       Pooled(b);
       b.Node("Sub", {"c", "p"}, "s");
       b.Node("Div", {"s", "two"}, "d");
       b.Node("Neg", {"d"}, "n");
       b.Node("Add", {"two", "n"});
     },
     {3.375f, 6.875f, 10.375f}},
    {"Gemm with alpha, beta and a matrix that isn't transposed",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Flatten", {"p"}, "f");
       b.Floats("w", {3, 2}, {1, 0, 0, 1, 0, 0});
       b.Floats("b", {2}, {1, 2});
       auto& node = b.Node("Gemm", {"f", "w", "b"});
       SetFloat(node, "alpha", 2);
       SetFloat(node, "beta", 0.5f);
     },
     {8, 24.5f}},
    {"MatMul and its bias become one layer",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Ints("shape", {-1, 3});
       b.Node("Reshape", {"p", "shape"}, "f");
       b.Floats("w", {3, 2}, {1, 0, 0, 1, 0, 0});
       b.Floats("b", {2}, {1, 2});
       b.Node("MatMul", {"f", "w"}, "m");
       b.Node("Add", {"b", "m"});
     },
     {4.75f, 13.75f}},
    {"a bias vector without a layer before it",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Flatten", {"p"}, "f");
       b.Floats("b", {3}, {1, 2, 3});
       b.Node("Relu", {"f"}, "r");
       b.Node("Add", {"r", "b"});
     },
     {4.75f, 13.75f, 22.75f}},
    {"clip to other bounds, as attributes",
     [](OnnxBuilder& b) {
       Pooled(b);
       auto& node = b.Node("Clip", {"p"});
       SetFloat(node, "min", 5);
       SetFloat(node, "max", 12);
     },
     {5, 11.75f, 12},
     7},
    {"relu6 as inputs",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Floats("low", {}, {0});
       b.Floats("high", {}, {6});
       b.Node("Clip", {"p", "low", "high"});
     },
     {3.75f, 6, 6}},
    {"hard_sigmoid with its defaults, 0.2 x + 0.5",
     [](OnnxBuilder& b) {
       b.Floats("c", {}, {-12});
       Pooled(b);
       b.Node("Add", {"p", "c"}, "s");
       b.Node("HardSigmoid", {"s"});
     },
     {0, 0.45f, 1}},
    {"leaky relu",
     [](OnnxBuilder& b) {
       b.Floats("c", {}, {-12.75f});
       Pooled(b);
       b.Node("Add", {"p", "c"}, "s");
       SetFloat(b.Node("LeakyRelu", {"s"}), "alpha", 0.5f);
     },
     {-4.5f, -0.5f, 7}},
    {"squeeze and excite: one factor a channel, in [n,c]",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Flatten", {"p"}, "f");
       b.Ints("axes", {2, 3});
       b.Node("Unsqueeze", {"f", "axes"}, "u");
       b.Node("Mul", {"u", "x"}, "m");
       b.Node("GlobalAveragePool", {"m"});
     },
     {14.0625f, 138.0625f, 390.0625f}},
    {"split, and parts joined in another order",
     [](OnnxBuilder& b) {
       b.Ints("sizes", {1, 2});
       Pooled(b);
       auto& node = b.Node("Split", {"p", "sizes"}, "left");
       SetInt(node, "axis", 1);
       node.add_output("right");
       SetInt(b.Node("Concat", {"right", "left"}), "axis", 1);
     },
     {11.75f, 19.75f, 3.75f}},
    {"slice with negative ends",
     [](OnnxBuilder& b) {
       b.Ints("from", {-2});
       b.Ints("to", {2147483647});
       b.Ints("axes", {1});
       Pooled(b);
       b.Node("Slice", {"p", "from", "to", "axes"});
     },
     {11.75f, 19.75f}},
    {"channel shuffle: 1x1 convolution to 4 channels, two groups swapped",
     [](OnnxBuilder& b) {
       b.Floats("w", {4, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2});
       b.Node("Conv", {"x", "w"}, "c");
       b.Ints("groups", {-1, 2, 2, 4, 4});
       b.Ints("flat", {-1, 4, 4, 4});
       b.Node("Reshape", {"c", "groups"}, "g");
       SetInts(b.Node("Transpose", {"g"}, "t"), "perm", {0, 2, 1, 3, 4});
       b.Node("Reshape", {"t", "flat"}, "s");
       b.Node("GlobalAveragePool", {"s"});
     },
     {3.75f, 19.75f, 11.75f, 39.5f}},
    {"shape arithmetic: x.view(x.size(0), -1)",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Shape", {"p"}, "s");
       b.Integers("zero", {}, onnx::TensorProto::INT64, {});
       b.graph().mutable_initializer()->rbegin()->add_int64_data(0);
       b.Node("Gather", {"s", "zero"}, "n");
       b.Ints("axes", {0});
       b.Node("Unsqueeze", {"n", "axes"}, "n1");
       b.Ints("rest", {-1});
       SetInt(b.Node("Concat", {"n1", "rest"}, "to"), "axis", 0);
       b.Node("Reshape", {"p", "to"});
     },
     {3.75f, 11.75f, 19.75f}},
    {"zeros of a Pad node belong to the convolution behind it",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, 0, 0, 0, 0, 1, 1});
       b.Node("Pad", {"x", "pads"}, "padded");
       b.Floats("w", {1, 3, 5, 5}, std::vector<float>(75, 1));
       b.Node("Conv", {"padded", "w"});
     },
     {564}},
    {"zeros of a Pad node that something else reads",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, 0, 0, 0, 0, 4, 4});
       b.Node("Pad", {"x", "pads"}, "padded");
       b.Node("GlobalAveragePool", {"padded"});
     },
     {0.9375f, 2.9375f, 4.9375f}},
    {"softmax at the end",
     [](OnnxBuilder& b) {
       b.Floats("zero", {}, {0});
       Pooled(b);
       b.Node("Flatten", {"p"}, "f");
       b.Node("Mul", {"f", "zero"}, "m");
       SetInt(b.Node("Softmax", {"m"}), "axis", -1);
     },
     {1.0f / 3, 1.0f / 3, 1.0f / 3}},
    {"what inference passes through",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Node("Identity", {"p"}, "i");
       b.Node("Dropout", {"i"}, "d");
       SetInt(b.Node("Cast", {"d"}), "to", onnx::TensorProto::FLOAT);
     },
     {3.75f, 11.75f, 19.75f}},
};

TEST_CASE("each operator computes what ONNX says") {
  for (const OperatorCase& c : kCases) CheckOperator(c);
}

std::string Operators(const Graph& graph) {
  std::string names;
  for (const Node& node : graph.nodes)
    names += (names.empty() ? "" : " ") + std::string(OperatorName(node.op));
  return names;
}

TEST_CASE("functions that exporters write as several nodes are found") {
  struct Case {
    const char* reason;
    std::function<void(OnnxBuilder&)> build;  // from "p" to "y"
    const char* expected;
  };
  const auto constants = [](OnnxBuilder& b) {
    b.Floats("three", {}, {3});
    b.Floats("six", {}, {6});
    b.Floats("sixth", {}, {1.0f / 6});
    b.Floats("zero", {}, {0});
    b.Node("Add", {"p", "three"}, "shifted");
    b.Node("Clip", {"shifted", "zero", "six"}, "clipped");
  };
  const Case cases[] = {
      {"x * sigmoid(x)",
       [](OnnxBuilder& b) {
         b.Node("Sigmoid", {"p"}, "s");
         b.Node("Mul", {"p", "s"});
       },
       "global_average_pool silu flatten"},
      {"x * hard_sigmoid(x)",
       [](OnnxBuilder& b) {
         SetFloat(b.Node("HardSigmoid", {"p"}, "s"), "alpha", 1.0f / 6);
         b.Node("Mul", {"s", "p"});
       },
       "global_average_pool hard_swish flatten"},
      {"another hard_sigmoid is no part of hard_swish",
       [](OnnxBuilder& b) {
         b.Node("HardSigmoid", {"p"}, "s");
         b.Node("Mul", {"s", "p"});
       },
       "global_average_pool hard_sigmoid mul flatten"},
      {"x * relu6(x + 3) / 6",
       [&](OnnxBuilder& b) {
         constants(b);
         b.Node("Mul", {"p", "clipped"}, "m");
         b.Node("Div", {"m", "six"});
       },
       "global_average_pool hard_swish flatten"},
      {"x * (relu6(x + 3) * (1 / 6))",
       [&](OnnxBuilder& b) {
         constants(b);
         b.Node("Mul", {"clipped", "sixth"}, "m");
         b.Node("Mul", {"p", "m"});
       },
       "global_average_pool hard_swish flatten"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.reason);
    OnnxBuilder builder;
    Pooled(builder);
    c.build(builder);
    Graph graph = builder.Import();
    PrepareForInference(graph);
    CHECK(Operators(graph) == c.expected);
  }
}

TEST_CASE("a batch dimension that is free or fixed: graphs have none") {
  for (const int64_t batch : {-1, 1, 8}) {
    CAPTURE(batch);
    OnnxBuilder builder({batch, 3, 4, 4});
    Pooled(builder);
    builder.Ints("shape", {batch, 3});
    builder.Node("Reshape", {"p", "shape"});
    CHECK(RunFloat(builder.Import(), Image()) == std::vector<float>{3.75f, 11.75f, 19.75f});
  }
}

}  // namespace
}  // namespace quantbench
