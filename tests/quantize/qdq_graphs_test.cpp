// SPDX-License-Identifier: Apache-2.0
// What given graphs hold besides layers of integers: qparams of each edge, mixed nodes, and
// integers that no kernel has room for.
#include <doctest/doctest.h>

#include <functional>

#include "model/qdq_builder.h"

namespace quantbench {
namespace {

using testing::CheckNear;
using testing::kInt32;
using testing::kInt8;
using testing::kUint8;
using testing::QdqBuilder;
using testing::SetFloat;
using testing::SetFloats;
using testing::SetInt;
using testing::SetInts;
using testing::SetText;

// All see the image 1, 2, -1.5 through "xd"; scale 0.5 holds it exactly.
struct GraphCase {
  const char* reason;
  std::function<void(QdqBuilder&)> build;
  std::vector<float> expected;
};

// Weights 0.25 * {1, 2, 3} and 0.5 * {-4, 5, -6}, biases 0.875 and -2.25: {1, 5.25}.
void Layer(QdqBuilder& b, const std::string& y, const std::string& x = "xd") {
  b.Integers(y + "_w", {2, 3, 1, 1}, kInt8, {1, 2, 3, -4, 5, -6});
  b.Floats(y + "_ws", {2}, {0.25f, 0.5f});
  SetInt(b.Node("DequantizeLinear", {y + "_w", y + "_ws"}, y + "_wd"), "axis", 0);
  b.Floats(y + "_b", {2}, {0.875f, -2.25f});
  b.Node("Conv", {x, y + "_wd", y + "_b"}, y);
}

void Pooled(QdqBuilder& b, const std::string& x) { b.Node("GlobalAveragePool", {x}); }

const GraphCase kCases[] = {
    {"one result, two quantisers: each reader has its own qparams",
     [](QdqBuilder& b) {
       Layer(b, "c");
       b.Pair("c", "fine", 0.01f, 0);  // up to 2.55
       b.Pair("c", "wide", 0.25f, 0);
       SetInt(b.Node("Concat", {"fine", "wide"}, "j"), "axis", 1);
       Pooled(b, "j");
     },
     {1.0f, 2.55f, 1.0f, 5.25f}},
    {"the same the other way round",
     [](QdqBuilder& b) {
       Layer(b, "c");
       b.Pair("c", "wide", 0.25f, 0);
       b.Pair("c", "fine", 0.01f, 0);
       SetInt(b.Node("Concat", {"fine", "wide"}, "j"), "axis", 1);
       Pooled(b, "j");
     },
     {1.0f, 2.55f, 1.0f, 5.25f}},
    {"one reader quantises, the other doesn't",
     [](QdqBuilder& b) {
       Layer(b, "c");
       b.Pair("c", "fine", 0.01f, 0);
       SetInt(b.Node("Concat", {"fine", "c"}, "j"), "axis", 1);
       Pooled(b, "j");
     },
     {1.0f, 2.55f, 1.0f, 5.25f}},
    {"the image itself, quantised twice",
     [](QdqBuilder& b) {
       b.Pair("x", "coarse", 1.0f, 100);  // -1.5 becomes -2
       SetInt(b.Node("Concat", {"xd", "coarse"}, "j"), "axis", 1);
       Pooled(b, "j");
     },
     {1.0f, 2.0f, -1.5f, 1.0f, 2.0f, -2.0f}},
    {"the graph's result is also quantised",
     [](QdqBuilder& b) {
       b.Pair("x", "coarse", 1.0f, 100);
       b.Node("GlobalAveragePool", {"xd"}, "y");
       b.Pair("y", "unread", 1.0f, 100);
     },
     {1.0f, 2.0f, -1.5f}},
    {"a maximum that is quantised anew",
     [](QdqBuilder& b) {
       SetInts(b.Node("MaxPool", {"xd"}, "m"), "kernel_shape", {2, 2});
       b.Pair("m", "md", 1.0f, 100);
       Pooled(b, "md");
     },
     {1.0f, 2.0f, -2.0f}},
    {"a maximum, quantised and not",
     [](QdqBuilder& b) {
       Layer(b, "c");
       SetInts(b.Node("MaxPool", {"c"}, "m"), "kernel_shape", {2, 2});
       b.Pair("m", "md", 0.01f, 0);
       b.Node("GlobalAveragePool", {"md"}, "pm");
       b.Node("GlobalAveragePool", {"m"}, "pc");
       SetInt(b.Node("Concat", {"pm", "pc"}, "j"), "axis", 1);
       b.Node("Identity", {"j"});
     },
     {1.0f, 2.55f, 1.0f, 5.25f}},
    {"padding between Q and DQ pairs, which doesn't count",
     [](QdqBuilder& b) {
       b.Ints("pads", {0, 0, 1, 1, 0, 0, 1, 1});
       b.Node("Pad", {"xd", "pads"}, "p");
       b.Pair("p", "pd", 0.5f, 100);
       auto& pool = b.Node("AveragePool", {"pd"}, "a");
       SetInts(pool, "kernel_shape", {6, 6});
       b.Pair("a", "ad", 1.0f / 18.0f, 100);
       b.Node("Identity", {"ad"}, "y");
     },
     {16.0f / 36.0f, 32.0f / 36.0f, -24.0f / 36.0f}},
    {"an average without its padding",
     [](QdqBuilder& b) {
       auto& pool = b.Node("AveragePool", {"xd"}, "a");
       SetInts(pool, "kernel_shape", {3, 3});
       SetInts(pool, "pads", {1, 1, 1, 1});
       SetInt(pool, "count_include_pad", 0);
       b.Pair("a", "ad", 0.25f, 100);
       Pooled(b, "ad");
     },
     {1.0f, 2.0f, -1.5f}},
    {"a batch norm behind Concat",
     [](QdqBuilder& b) {
       SetInt(b.Node("Concat", {"xd", "xd"}, "j"), "axis", 1);
       b.Pair("j", "jd", 0.5f, 100);
       b.Floats("g", {6}, {1, 2, 3, 4, -5, 0});
       b.Floats("o", {6}, {0, 0, 0, 0, 0, 7});
       b.Floats("m", {6}, {0, 0, 0, 0, 1, 0});
       b.Floats("v", {6}, {1, 1, 1, 1, 1, 1});
       SetFloat(b.Node("BatchNormalization", {"jd", "g", "o", "m", "v"}, "n"), "epsilon", 0);
       b.Pair("n", "nd", 0.5f, 100);
       Pooled(b, "nd");
     },
     {1, 4, -4.5f, 4, -5, 7}},
    {"a batch norm behind a layer of integers: its channels are scaled, or kept apart where "
     "negative",
     [](QdqBuilder& b) {
       Layer(b, "c");
       b.Floats("g", {2}, {2, 0.5f});
       b.Floats("z", {2}, {0, 0});
       b.Floats("v", {2}, {1, 1});
       SetFloat(b.Node("BatchNormalization", {"c", "g", "z", "z", "v"}, "n"), "epsilon", 0);
       b.Pair("n", "nd", 0.125f, 100);
       b.Floats("h", {2}, {-1, 1});
       SetFloat(b.Node("BatchNormalization", {"nd", "h", "z", "z", "v"}, "n2"), "epsilon", 0);
       Pooled(b, "n2");
     },
     {-2, 2.625f}},
    {"preprocessing by constants",
     [](QdqBuilder& b) {
       b.Floats("m", {1, 3, 1, 1}, {0.5f, 1, -0.5f});
       b.Floats("s", {1, 3, 1, 1}, {0.5f, 2, 0.25f});
       b.Node("Sub", {"xd", "m"}, "a");
       b.Pair("a", "ad", 0.5f, 100);
       b.Node("Div", {"ad", "s"}, "d");
       b.Pair("d", "dd", 0.5f, 100);
       Pooled(b, "dd");
     },
     {1, 0.5f, -4}},
    {"a dequantised constant that is no weight",
     [](QdqBuilder& b) {
       b.Integers("k", {3, 1, 1}, kUint8, {12, 10, 6});
       b.Floats("ks", {}, {0.25f});
       b.Integers("kz", {}, kUint8, {10});
       b.Node("DequantizeLinear", {"k", "ks", "kz"}, "kd");
       b.Node("Add", {"xd", "kd"}, "a");
       Pooled(b, "a");
     },
     {1.5f, 2, -2.5f}},
    {"MatMul, its pair, Add of a dequantised bias",
     [](QdqBuilder& b) {
       b.Node("GlobalAveragePool", {"xd"}, "p");
       b.Pair("p", "pd", 0.5f, 100);
       b.Node("Flatten", {"pd"}, "f");
       b.Integers("w", {3, 2}, kInt8, {1, -4, 2, 5, 3, -6});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       SetInt(b.Node("DequantizeLinear", {"w", "ws"}, "wd"), "axis", 1);
       b.Node("MatMul", {"f", "wd"}, "mm");
       b.Pair("mm", "md", 0.125f, 100);
       b.Integers("b", {2}, kInt32, {7, -9});
       b.Floats("bs", {2}, {0.125f, 0.25f});
       SetInt(b.Node("DequantizeLinear", {"b", "bs"}, "bd"), "axis", 0);
       b.Node("Add", {"md", "bd"}, "a");
       b.Pair("a", "y", 0.25f, 10);
     },
     {1.0f, 5.25f}},
    {"MatMul and Add at once",
     [](QdqBuilder& b) {
       b.Node("GlobalAveragePool", {"xd"}, "p");
       b.Pair("p", "pd", 0.5f, 100);
       b.Node("Flatten", {"pd"}, "f");
       b.Integers("w", {3, 2}, kInt8, {1, -4, 2, 5, 3, -6});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       SetInt(b.Node("DequantizeLinear", {"w", "ws"}, "wd"), "axis", 1);
       b.Node("MatMul", {"f", "wd"}, "mm");
       b.Floats("b", {2}, {0.875f, -2.25f});
       b.Node("Add", {"mm", "b"}, "a");
       b.Pair("a", "y", 0.25f, 10);
     },
     {1.0f, 5.25f}},
    {"scale 0 of a channel that is all zero has its bias",
     [](QdqBuilder& b) {
       b.Integers("w", {2, 3, 1, 1}, kInt8, {0, 0, 0, -4, 5, -6});
       b.Floats("ws", {2}, {0, 0.5f});
       SetInt(b.Node("DequantizeLinear", {"w", "ws"}, "wd"), "axis", 0);
       b.Floats("b", {2}, {3, -2.25f});
       b.Node("Conv", {"xd", "wd", "b"}, "c");
       b.Pair("c", "cd", 0.25f, 10);
       Pooled(b, "cd");
     },
     {3, 5.25f}},
    {"a bias at the end of int32 leaves sums no room: that layer is float",
     [](QdqBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, kInt8, {127, 0, 0});
       b.Floats("ws", {}, {0x1p-30f});
       b.Node("DequantizeLinear", {"w", "ws"}, "wd");
       b.Integers("b", {1}, kInt32, {2147483647});
       b.Floats("bs", {}, {0x1p-31f});
       b.Node("DequantizeLinear", {"b", "bs"}, "bd");
       b.Node("Conv", {"xd", "wd", "bd"}, "c");
       b.Pair("c", "cd", 0.25f, 10);
       Pooled(b, "cd");
     },
     {1}},
    {"seven bits: Clip between Q and DQ",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {64});
       b.Integers("low", {}, kUint8, {62});
       b.Integers("high", {}, kUint8, {66});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("Clip", {"q", "low", "high"}, "qc");
       b.Node("DequantizeLinear", {"qc", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {1, 1, -1}},
    {"a Clip that leaves one integer",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {0});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("Clip", {"q", "z", "z"}, "qc");
       b.Node("DequantizeLinear", {"qc", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {0, 0, 0}},
    {"Relu of integers keeps those from 0 on, whatever they stand for",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kInt8, {-1});  // 1, 3 and -4
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("Relu", {"q"}, "r");
       b.Node("DequantizeLinear", {"r", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {1, 2, 0.5f}},
    {"padding of integers by their zero point",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {100});
       b.Ints("pads", {0, 0, 1, 1, 0, 0, 1, 1});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("Pad", {"q", "pads", "z"}, "p");
       b.Node("DequantizeLinear", {"p", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {16.0f / 36.0f, 32.0f / 36.0f, -24.0f / 36.0f}},
    {"a pool in ONNX Runtime's own order",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {100});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       SetInts(b.Node("Transpose", {"q"}, "t"), "perm", {0, 2, 3, 1});
       auto& pool = b.Node("NhwcMaxPool", {"t"}, "m");
       SetInts(pool, "kernel_shape", {2, 2});
       pool.set_domain("com.microsoft");
       SetInts(b.Node("Transpose", {"m"}, "u"), "perm", {0, 3, 1, 2});
       b.Node("DequantizeLinear", {"u", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {1, 2, -1.5f}},
    {"a layer that ONNX Runtime fused with a sum and a clamp",
     [](QdqBuilder& b) {
       b.Floats("w", {3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
       b.Floats("b", {3}, {0.5f, 0.5f, 0.5f});
       auto& conv = b.Node("FusedConv", {"xd", "w", "b", "xd"}, "c");
       conv.set_domain("com.microsoft");
       SetText(conv, "activation", "Clip");
       SetFloats(conv, "activation_params", {-2, 4});
       b.Pair("c", "cd", 0.5f, 100);
       Pooled(b, "cd");
     },
     {2.5f, 4, -2}},
    {"integers read with other qparams than they were made with",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {100});
       b.Floats("s2", {}, {0.25f});
       b.Integers("z2", {}, kUint8, {96});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("DequantizeLinear", {"q", "s2", "z2"}, "d");
       Pooled(b, "d");
     },
     {1.5f, 2, 0.25f}},
    {"softmax, quantised as tools do it",
     [](QdqBuilder& b) {
       b.Node("GlobalAveragePool", {"xd"}, "p");
       b.Node("Flatten", {"p"}, "f");
       b.Node("Softmax", {"f"}, "s");
       b.Pair("s", "y", 1.0f / 256.0f, 0);
     },
     {67.0f / 256, 183.0f / 256, 6.0f / 256}},
    {"QLinearAdd, QLinearMul, QLinearConcat and QLinearLeakyRelu",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {100});
       b.Node("QuantizeLinear", {"x", "s", "z"}, "q");
       b.Node("QLinearAdd", {"q", "s", "z", "q", "s", "z", "s", "z"}, "a");
       b.Node("QLinearMul", {"a", "s", "z", "q", "s", "z", "s", "z"}, "m");
       SetFloat(b.Node("QLinearLeakyRelu", {"q", "s", "z", "s", "z"}, "l"), "alpha", 1.0f / 3);
       auto& join =
           b.Node("QLinearConcat", {"s", "z", "a", "s", "z", "m", "s", "z", "l", "s", "z"}, "j");
       SetInt(join, "axis", 1);
       for (onnx::NodeProto& node : *b.graph().mutable_node()) {
         if (node.op_type().starts_with("QLinear")) node.set_domain("com.microsoft");
       }
       b.Node("DequantizeLinear", {"j", "s", "z"}, "d");
       Pooled(b, "d");
     },
     {2, 4, -3, 2, 8, 4.5f, 1, 2, -0.5f}},
    {"QLinearMatMul and QGemm",
     [](QdqBuilder& b) {
       b.Floats("s", {}, {0.5f});
       b.Integers("z", {}, kUint8, {100});
       b.Node("GlobalAveragePool", {"xd"}, "p");
       b.Node("Flatten", {"p"}, "f");
       b.Node("QuantizeLinear", {"f", "s", "z"}, "q");
       b.Integers("w", {3, 3}, kInt8, {2, 0, 0, 0, 2, 0, 0, 0, 2});
       b.Integers("wz", {}, kInt8, {0});
       b.Node("QLinearMatMul", {"q", "s", "z", "w", "s", "wz", "s", "z"}, "m");
       b.Integers("b", {3}, kInt32, {4, 0, -4});
       b.Node("QGemm", {"m", "s", "z", "w", "s", "wz", "b"}).set_domain("com.microsoft");
     },
     {2, 2, -2.5f}},
};

TEST_CASE("given graphs compute what their file says") {
  for (const GraphCase& c : kCases) {
    CAPTURE(c.reason);
    QdqBuilder b;
    b.Pair("x", "xd", 0.5f, 100);
    c.build(b);
    const QuantizedGraph quantized = b.Given();
    CheckNear(b.Scores(quantized), c.expected, 1e-5);
    CheckNear(b.Scores(testing::ReadAgain(quantized)), c.expected, 1e-5);
  }
}

}  // namespace
}  // namespace quantbench
