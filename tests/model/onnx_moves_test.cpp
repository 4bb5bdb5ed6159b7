// SPDX-License-Identifier: Apache-2.0
// ONNX operators that move, pad and reduce data, in any order of dimensions.
#include <doctest/doctest.h>

#include "model/operator_case.h"

namespace quantbench {
namespace {

using testing::CheckOperator;
using testing::OnnxBuilder;
using testing::OperatorCase;
using testing::Pooled;
using testing::SetFloat;
using testing::SetInt;
using testing::SetInts;
using testing::SetText;

// Expected values of this file are worked out by plain loops over nested lists in Python.

// A dense layer of two outputs whose weights k % 7 - 3 and k * k % 5 tell every order from others.
void Dense(OnnxBuilder& b, const std::string& input) {
  std::vector<float> weights;
  for (int k = 0; k < 48; ++k) {
    weights.push_back(static_cast<float>(k % 7 - 3));
    weights.push_back(static_cast<float>(k * k % 5));
  }
  b.Floats("dense", {48, 2}, weights);
  b.Node("MatMul", {input, "dense"});
}

const OperatorCase kOrders[] = {
    {"flattened with channels last, then a dense layer",
     [](OnnxBuilder& b) {
       SetInts(b.Node("Transpose", {"x"}, "t"), "perm", {0, 2, 3, 1});
       b.Node("Flatten", {"t"}, "f");
       Dense(b, "f");
     },
     {16.5f, 1152}},
    {"rows and columns swapped, then a dense layer",
     [](OnnxBuilder& b) {
       SetInts(b.Node("Transpose", {"x"}, "t"), "perm", {0, 1, 3, 2});
       b.Ints("shape", {-1, 48});
       b.Node("Reshape", {"t", "shape"}, "f");
       Dense(b, "f");
     },
     {29, 1167}},
    {"channels flipped by indices, then a convolution",
     [](OnnxBuilder& b) {
       b.Ints("bgr", {2, 1, 0});
       SetInt(b.Node("Gather", {"x", "bgr"}, "g"), "axis", 1);
       b.Floats("w", {2, 3, 1, 1}, {1, 2, 4, 0, 0, 1});
       b.Node("Conv", {"g", "w"}, "c");
       b.Node("GlobalAveragePool", {"c"});
     },
     {58.25f, 3.75f}},
    {"channels in another order, one of them twice",
     [](OnnxBuilder& b) {
       b.Ints("order", {1, -1, 0, 1});
       SetInt(b.Node("Gather", {"x", "order"}, "g"), "axis", 1);
       b.Node("GlobalAveragePool", {"g"});
     },
     {11.75f, 19.75f, 3.75f, 11.75f}},
    {"channels flipped by a slice with a negative step",
     [](OnnxBuilder& b) {
       b.Ints("from", {-1});
       b.Ints("to", {-9223372036854775807 - 1});
       b.Ints("axes", {1});
       b.Ints("steps", {-1});
       b.Node("Slice", {"x", "from", "to", "axes", "steps"}, "s");
       b.Floats("w", {2, 3, 1, 1}, {1, 2, 4, 0, 0, 1});
       b.Node("Conv", {"s", "w"}, "c");
       b.Node("GlobalAveragePool", {"c"});
     },
     {58.25f, 3.75f}},
    {"flipped channels added to the others",
     [](OnnxBuilder& b) {
       b.Ints("bgr", {2, 1, 0});
       SetInt(b.Node("Gather", {"x", "bgr"}, "g"), "axis", 1);
       b.Node("Add", {"x", "g"}, "s");
       b.Node("GlobalAveragePool", {"s"});
     },
     {23.5f, 23.5f, 23.5f}},
    {"a mean and a function of flipped channels",
     [](OnnxBuilder& b) {
       b.Ints("bgr", {2, 1, 0});
       b.Floats("c", {3, 1, 1}, {1, 2, 3});
       SetInt(b.Node("Gather", {"x", "bgr"}, "g"), "axis", 1);
       b.Node("Add", {"g", "c"}, "a");
       b.Node("Relu", {"a"}, "r");
       auto& mean = b.Node("ReduceMean", {"r"});
       SetInts(mean, "axes", {-2, -1});
       SetInt(mean, "keepdims", 0);
     },
     {20.75f, 13.75f, 6.75f}},
    {"rows backwards by two, and columns cut",
     [](OnnxBuilder& b) {
       b.Ints("from", {-1, 1});
       b.Ints("to", {-100, 3});
       b.Ints("axes", {2, 3});
       b.Ints("steps", {-2, 1});
       b.Node("Slice", {"x", "from", "to", "axes", "steps"}, "s");
       b.Node("GlobalAveragePool", {"s"});
     },
     {4.75f, 12.75f, 20.75f}},
    {"rows taken out, one twice",
     [](OnnxBuilder& b) {
       b.Ints("rows", {3, 0, 0});
       SetInt(b.Node("Gather", {"x", "rows"}, "g"), "axis", 2);
       b.Node("GlobalAveragePool", {"g"});
     },
     {2.75f, 10.75f, 18.75f}},
    {"space to depth",
     [](OnnxBuilder& b) {
       SetInt(b.Node("SpaceToDepth", {"x"}, "s"), "blocksize", 2);
       b.Node("GlobalAveragePool", {"s"});
     },
     {2.5f, 10.5f, 18.5f, 3, 11, 19, 4.5f, 12.5f, 20.5f, 5, 13, 21}},
    {"space to depth and back",
     [](OnnxBuilder& b) {
       SetInt(b.Node("SpaceToDepth", {"x"}, "s"), "blocksize", 2);
       SetInt(b.Node("DepthToSpace", {"s"}, "d"), "blocksize", 2);
       b.Node("Flatten", {"d"}, "f");
       Dense(b, "f");
     },
     {26, 1129.5f}},
    {"rows joined",
     [](OnnxBuilder& b) {
       SetInt(b.Node("Concat", {"x", "x"}, "c"), "axis", 2);
       auto& largest = b.Node("ReduceMax", {"c"}, "m");
       SetInts(largest, "axes", {2, 3});
       SetInt(largest, "keepdims", 0);
       b.Node("Identity", {"m"});
     },
     {7.5f, 15.5f, 23.5f}},
    {"rows and columns twice as many, opset 11",
     [](OnnxBuilder& b) {
       b.Floats("scales", {4}, {1, 1, 2, 2});
       auto& node = b.Node("Resize", {"x", "", "scales"}, "r");
       SetText(node, "coordinate_transformation_mode", "asymmetric");
       SetText(node, "nearest_mode", "floor");
       SetInts(b.Node("MaxPool", {"r"}, "m"), "kernel_shape", {7, 7});
       auto& least = b.Node("ReduceMin", {"m"});
       SetInts(least, "axes", {2, 3});
     },
     {7.5f, 15.5f, 23.5f}},
    {"every other row by size, half_pixel as it is when nothing is said",
     [](OnnxBuilder& b) {
       b.Ints("sizes", {1, 3, 2, 4});
       b.Node("Resize", {"x", "", "", "sizes"}, "r");
       b.Node("GlobalAveragePool", {"r"});
     },
     {2.75f, 10.75f, 18.75f}},
    {"upsampled, opset 9",
     [](OnnxBuilder& b) {
       b.Floats("scales", {4}, {1, 1, 1, 3});
       b.Node("Upsample", {"x", "scales"}, "r");
       b.Node("GlobalAveragePool", {"r"});
     },
     {3.75f, 11.75f, 19.75f},
     9},
    {"tiled and expanded",
     [](OnnxBuilder& b) {
       Pooled(b);
       b.Ints("shape", {1, 3, 2, 2});
       b.Node("Expand", {"p", "shape"}, "e");
       b.Ints("repeats", {1, 2, 1, 1});
       b.Node("Tile", {"e", "repeats"}, "t");
       b.Node("GlobalMaxPool", {"t"});
     },
     {3.75f, 11.75f, 19.75f, 3.75f, 11.75f, 19.75f}},
};

TEST_CASE("data in any order") {
  for (const OperatorCase& c : kOrders) CheckOperator(c);
}

OperatorCase PadCase(const char* reason, const char* mode, std::vector<int64_t> pads,
                     std::vector<float> expected, float value = 0.0f) {
  return {.reason = reason,
          .build =
              [=](OnnxBuilder& b) {
                b.Ints("pads", pads);
                b.Floats("value", {}, {value});
                SetText(b.Node("Pad", {"x", "pads", "value"}, "padded"), "mode", mode);
                b.Node("GlobalAveragePool", {"padded"});
              },
          .expected = std::move(expected)};
}

TEST_CASE("padding of every kind") {
  const OperatorCase cases[] = {
      PadCase("the edge", "edge", {0, 0, 1, 2, 0, 0, 0, 1}, {3.0428571f, 11.042857f, 19.042857f}),
      PadCase("reflected", "reflect", {0, 0, 2, 1, 0, 0, 3, 0},
              {3.3666667f, 11.366667f, 19.366667f}),
      PadCase("wrapped around", "wrap", {0, 0, 1, 1, 0, 0, 1, 0}, {3.9f, 11.9f, 19.9f}),
      PadCase("a number", "constant", {0, 0, 1, 0, 0, 0, 1, 0}, {3.1666667f, 8.5f, 13.833333f}, 2),
      PadCase("cut above, zeros below", "constant", {0, 0, -1, 0, 0, 0, 1, 0},
              {3.5625f, 9.5625f, 15.5625f}),
      PadCase("channels of zeros, as ResNets on CIFAR have them", "constant",
              {0, 1, 0, 0, 0, 2, 0, 0}, {0, 3.75f, 11.75f, 19.75f, 0, 0}),
      {.reason = "axes by name, opset 18",
       .build =
           [](OnnxBuilder& b) {
             b.Ints("pads", {4, 4});
             b.Ints("axes", {-1});
             b.Node("Pad", {"x", "pads", "", "axes"}, "padded");
             b.Node("GlobalAveragePool", {"padded"});
           },
       .expected = {1.25f, 3.9166667f, 6.5833333f},
       .opset = 18},
      {.reason = "pads as an attribute, opset 10",
       .build =
           [](OnnxBuilder& b) {
             auto& node = b.Node("Pad", {"x"}, "padded");
             SetInts(node, "pads", {0, 0, 1, 0, 0, 0, 1, 0});
             SetFloat(node, "value", 2);
             b.Node("GlobalAveragePool", {"padded"});
           },
       .expected = {3.1666667f, 8.5f, 13.833333f},
       .opset = 10}};
  for (const OperatorCase& c : cases) CheckOperator(c);
}

OperatorCase ReduceCase(const char* op, std::vector<int64_t> axes, bool keep,
                        std::vector<float> expected, int opset = 13) {
  return {.reason = op,
          .build =
              [=](OnnxBuilder& b) {
                const bool as_input =
                    opset >= 18 || (opset >= 13 && op == std::string("ReduceSum"));
                if (as_input) b.Ints("axes", axes);
                auto& node = as_input ? b.Node(op, {"x", "axes"}, "r") : b.Node(op, {"x"}, "r");
                if (!as_input) SetInts(node, "axes", axes);
                SetInt(node, "keepdims", keep ? 1 : 0);
                b.Node("Flatten", {"r"});
              },
          .expected = std::move(expected),
          .opset = opset};
}

TEST_CASE("sums, means, maxima and minima over any dimensions") {
  const std::vector<float> sums{60, 188, 316}, largest{7.5f, 15.5f, 23.5f}, least{0, 8, 16};
  for (const bool keep : {false, true}) {
    CAPTURE(keep);
    CheckOperator(ReduceCase("ReduceSum", {2, 3}, keep, sums));
    CheckOperator(ReduceCase("ReduceSum", {-1, -2}, keep, sums, 11));
    CheckOperator(ReduceCase("ReduceMax", {-2, -1}, keep, largest));
    CheckOperator(ReduceCase("ReduceMax", {2, 3}, keep, largest, 18));
    CheckOperator(ReduceCase("ReduceMin", {3, 2}, keep, least, 20));
    CheckOperator(ReduceCase("ReduceMean", {2, -1}, keep, {3.75f, 11.75f, 19.75f}, 18));
    CheckOperator(ReduceCase("ReduceMin", {1, 3}, keep, {0, 2, 4, 6}));
    CheckOperator(ReduceCase("ReduceMax", {1, 2, 3}, keep, {23.5f}));
  }
  CheckOperator({"over channels, then over rows",
                 [](OnnxBuilder& b) {
                   auto& largest_channel = b.Node("ReduceMax", {"x"}, "m");
                   SetInts(largest_channel, "axes", {1});
                   auto& mean = b.Node("ReduceMean", {"m"});
                   SetInts(mean, "axes", {2});
                 },
                 {19, 19.5f, 20, 20.5f}});
}

}  // namespace
}  // namespace quantbench
