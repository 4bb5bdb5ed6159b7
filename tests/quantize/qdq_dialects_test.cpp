// SPDX-License-Identifier: Apache-2.0
// One small network in every dialect of quantised ONNX files: the scores are the same in all.
#include <doctest/doctest.h>

#include <functional>

#include "model/qdq_builder.h"

namespace quantbench {
namespace {

using testing::CheckNear;
using testing::kInt32;
using testing::kInt8;
using testing::kUint8;
using testing::OnnxBuilder;
using testing::QdqBuilder;
using testing::QuantizedGraph;
using testing::SetInt;
using testing::SetInts;

// Real numbers of the network: a 1x1 convolution of weights 0.25 * {1, 2, 3} and 0.5 * {-4, 5, -6}
// and biases 0.875 and -2.25 over an image of 1, 2 and -1.5.
const std::vector<float> kScores{1.0f, 5.25f};

// Weights and biases as most tools write them; a dialect changes a part.
void Weights(QdqBuilder& b) {
  b.Integers("w", {2, 3, 1, 1}, kInt8, {1, 2, 3, -4, 5, -6});
  b.Floats("ws", {2}, {0.25f, 0.5f});
  b.Integers("wz", {2}, kInt8, {0, 0});
  SetInt(b.Node("DequantizeLinear", {"w", "ws", "wz"}, "wd"), "axis", 0);
}
void Bias(QdqBuilder& b) {
  b.Integers("b", {2}, kInt32, {7, -9});
  b.Floats("bs", {2}, {0.125f, 0.25f});
  SetInt(b.Node("DequantizeLinear", {"b", "bs"}, "bd"), "axis", 0);
}
void Head(QdqBuilder& b, const std::string& x = "xd", const std::string& w = "wd",
          const std::string& bias = "bd") {
  b.Node("Conv", {x, w, bias}, "c");
  b.Pair("c", "cd", 0.25f, 10);
  b.Node("GlobalAveragePool", {"cd"}, "p");
  b.Pair("p", "y", 0.25f, 10);
}
// A network that differs in its weights alone, "wd".
void WithWeights(QdqBuilder& b) {
  b.Pair("x", "xd", 0.5f, 100);
  Bias(b);
  Head(b);
}
// Of QLinearConv and the like.
void AddQParams(QdqBuilder& b, const std::string& name, float scale, int zero, int type = kUint8) {
  b.Floats(name + "_s", {}, {scale});
  b.Integers(name + "_z", {}, type, {zero});
}

struct Dialect {
  const char* reason;
  std::function<void(QdqBuilder&)> build;
  int integer_nodes = 3;  // the convolution, the pool and the flattening behind them
};

const Dialect kDialects[] = {
    {"int8 weights", [](QdqBuilder& b) { Weights(b), WithWeights(b); }},
    {"uint8 weights around 128",
     [](QdqBuilder& b) {
       b.Integers("w", {2, 3, 1, 1}, kUint8, {129, 130, 131, 124, 133, 122});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       b.Integers("wz", {2}, kUint8, {128, 128});
       SetInt(b.Node("DequantizeLinear", {"w", "ws", "wz"}, "wd"), "axis", 0);
       WithWeights(b);
     }},
    {"zero points of their own, a channel of negative axis",
     [](QdqBuilder& b) {
       b.Integers("w", {2, 3, 1, 1}, kUint8, {8, 9, 10, 246, 255, 244});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       b.Integers("wz", {2}, kUint8, {7, 250});
       SetInt(b.Node("DequantizeLinear", {"w", "ws", "wz"}, "wd"), "axis", -4);
       WithWeights(b);
     }},
    {"weights beyond int8 when their zero point is taken off run in float",
     [](QdqBuilder& b) {
       // A third input channel that is -1.5: 0.25 * (1 + 2 * 2 + 3 * -1.5), in steps of 1/64.
       b.Integers("w", {2, 3, 1, 1}, kUint8, {16, 32, 48, 0, 160, 4});
       b.Floats("ws", {2}, {0.015625f, 0.015625f});
       b.Integers("wz", {2}, kUint8, {0, 0});
       SetInt(b.Node("DequantizeLinear", {"w", "ws", "wz"}, "wd"), "axis", 0);
       b.Pair("x", "xd", 0.5f, 100);
       // 0.015625 * (160 * 2 - 4 * 1.5) = 4.90625
       b.Floats("bd", {2}, {0.875f, 0.34375f});
       Head(b);
     },
     2},
    {"float weights -> Q -> DQ, as quantisation-aware training exports",
     [](QdqBuilder& b) {
       // Rounded to the integers above, a tie to even among them.
       b.Floats("wf", {2, 3, 1, 1}, {0.26f, 0.625f, 0.74f, -2.2f, 2.6f, -3.0f});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       b.Integers("wz", {2}, kInt8, {0, 0});
       SetInt(b.Node("QuantizeLinear", {"wf", "ws", "wz"}, "wq"), "axis", 0);
       SetInt(b.Node("DequantizeLinear", {"wq", "ws", "wz"}, "wd"), "axis", 0);
       WithWeights(b);
     }},
    {"moved about by constant nodes",
     [](QdqBuilder& b) {
       b.Integers("w", {3, 2}, kInt8, {1, -4, 2, 5, 3, -6});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       SetInt(b.Node("DequantizeLinear", {"w", "ws"}, "w2"), "axis", -1);
       b.Ints("shape", {2, 3, 1, 1});
       SetInts(b.Node("Transpose", {"w2"}, "wt"), "perm", {1, 0});
       b.Node("Reshape", {"wt", "shape"}, "wd");
       WithWeights(b);
     }},
    {"joined from two constants, each with its scale",
     [](QdqBuilder& b) {
       b.Integers("w1", {1, 3, 1, 1}, kInt8, {1, 2, 3});
       b.Integers("w2", {1, 3, 1, 1}, kInt8, {-4, 5, -6});
       b.Floats("s1", {}, {0.25f});
       b.Floats("s2", {}, {0.5f});
       b.Node("DequantizeLinear", {"w1", "s1"}, "d1");
       b.Node("DequantizeLinear", {"w2", "s2"}, "d2");
       SetInt(b.Node("Concat", {"d1", "d2"}, "wd"), "axis", 0);
       WithWeights(b);
     }},
    {"scales in blocks that aren't one a channel run in float",
     [](QdqBuilder& b) {
       b.Integers("w", {2, 3, 1, 1}, kInt8, {1, 1, 3, -4, 10, -6});
       b.Floats("ws", {2, 3, 1, 1}, {0.25f, 0.5f, 0.25f, 0.5f, 0.25f, 0.5f});
       auto& node = b.Node("DequantizeLinear", {"w", "ws"}, "wd");
       SetInt(node, "axis", 1);
       SetInt(node, "block_size", 1);
       WithWeights(b);
     },
     2},
    {"int8 activations",
     [](QdqBuilder& b) {
       b.Pair("x", "xd", 0.5f, -28, kInt8);
       Weights(b), Bias(b), Head(b);
     }},
    {"no zero point: 0 of the type that the integers have",
     [](QdqBuilder& b) {
       AddQParams(b, "x", 0.5f, 0, kInt8);
       b.Node("QuantizeLinear", {"x", "x_s", "x_z"}, "xq");
       b.Node("DequantizeLinear", {"xq", "x_s"}, "xd");
       Weights(b), Bias(b), Head(b);
     }},
    {"output_dtype in place of a zero point, block_size 0",
     [](QdqBuilder& b) {
       b.Floats("xs", {}, {0.5f});
       auto& quantize = b.Node("QuantizeLinear", {"x", "xs"}, "xq");
       SetInt(quantize, "output_dtype", kInt8);
       SetInt(quantize, "block_size", 0);
       b.Node("DequantizeLinear", {"xq", "xs"}, "xd");
       Weights(b), Bias(b), Head(b);
     }},
    {"ONNX Runtime's domain",
     [](QdqBuilder& b) {
       Weights(b), WithWeights(b);
       for (onnx::NodeProto& node : *b.graph().mutable_node()) {
         if (node.op_type().ends_with("Linear")) node.set_domain("com.microsoft");
       }
     }},
    {"casts of integers, as converted PyTorch models have them",
     [](QdqBuilder& b) {
       AddQParams(b, "x", 0.5f, 100);
       b.Node("QuantizeLinear", {"x", "x_s", "x_z"}, "xq");
       SetInt(b.Node("Cast", {"xq"}, "xc"), "to", kUint8);
       b.Node("DequantizeLinear", {"xc", "x_s", "x_z"}, "xd");
       Weights(b), Bias(b), Head(b);
     }},
    {"operators that move integers between Q and DQ",
     [](QdqBuilder& b) {
       AddQParams(b, "x", 0.5f, 100);
       b.Node("QuantizeLinear", {"x", "x_s", "x_z"}, "xq");
       SetInts(b.Node("Transpose", {"xq"}, "xt"), "perm", {0, 2, 3, 1});
       SetInts(b.Node("Transpose", {"xt"}, "xn"), "perm", {0, 3, 1, 2});
       SetInts(b.Node("MaxPool", {"xn"}, "xm"), "kernel_shape", {2, 2});
       b.Node("DequantizeLinear", {"xm", "x_s", "x_z"}, "xd");
       Weights(b), Bias(b), Head(b);
     },
     4},
    {"the same qparams again for each reader",
     [](QdqBuilder& b) {
       b.Pair("x", "xd", 0.5f, 100);
       b.Pair("x", "x2", 0.5f, 100);
       b.Pair("x2", "x3", 0.5f, 100);
       Weights(b), Bias(b), Head(b, "x3");
     }},
    {"a layer left in float",
     [](QdqBuilder& b) {
       b.Pair("x", "xd", 0.5f, 100);
       b.Floats("wd", {2, 3, 1, 1}, {0.25f, 0.5f, 0.75f, -2, 2.5f, -3});
       b.Floats("bd", {2}, {0.875f, -2.25f});
       Head(b);
     },
     2},
    {"quantised only where layers read",
     [](QdqBuilder& b) {
       b.Pair("x", "xd", 0.5f, 100);
       Weights(b), Bias(b);
       b.Node("Conv", {"xd", "wd", "bd"}, "c");
       b.Node("GlobalAveragePool", {"c"});
     },
     0},
    {"only the input has a pair in front of float layers",
     [](QdqBuilder& b) {
       b.Pair("x", "xd", 0.5f, 100);
       b.Floats("w", {2, 3, 1, 1}, {0.25f, 0.5f, 0.75f, -2, 2.5f, -3});
       b.Floats("b", {2}, {0.875f, -2.25f});
       b.Node("GlobalAveragePool", {"xd"}, "p");
       b.Node("Conv", {"p", "w", "b"});
     },
     0},
    {"integers in and out",
     [](QdqBuilder& b) {
       b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(kInt8);
       AddQParams(b, "x", 0.5f, -28, kInt8);
       b.Node("DequantizeLinear", {"x", "x_s", "x_z"}, "xd");
       Weights(b), Bias(b);
       b.Node("Conv", {"xd", "wd", "bd"}, "c");
       b.Node("GlobalAveragePool", {"c"}, "p");
       AddQParams(b, "p", 0.25f, 10);
       b.Node("QuantizeLinear", {"p", "p_s", "p_z"}, "y");
     },
     1},  // the flattening
    {"channels last on both sides of the first DequantizeLinear",
     [](QdqBuilder& b) {
       auto& type = *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
       type.set_elem_type(kUint8);
       type.mutable_shape()->mutable_dim(1)->set_dim_value(4);
       type.mutable_shape()->mutable_dim(3)->set_dim_value(3);
       AddQParams(b, "x", 0.5f, 100);
       SetInts(b.Node("Transpose", {"x"}, "xt"), "perm", {0, 3, 1, 2});
       b.Node("DequantizeLinear", {"xt", "x_s", "x_z"}, "xd");
       Weights(b), Bias(b), Head(b);
     }},
    {"QLinearConv and QLinearGlobalAveragePool",
     [](QdqBuilder& b) {
       AddQParams(b, "x", 0.5f, 100), AddQParams(b, "y", 0.25f, 10);
       b.Integers("w", {2, 3, 1, 1}, kInt8, {1, 2, 3, -4, 5, -6});
       b.Floats("ws", {2}, {0.25f, 0.5f});
       b.Integers("wz", {2}, kInt8, {0, 0});
       b.Integers("b", {2}, kInt32, {7, -9});
       b.Node("QuantizeLinear", {"x", "x_s", "x_z"}, "xq");
       b.Node("QLinearConv", {"xq", "x_s", "x_z", "w", "ws", "wz", "y_s", "y_z", "b"}, "c");
       b.Node("QLinearGlobalAveragePool", {"c", "y_s", "y_z", "y_s", "y_z"}, "p")
           .set_domain("com.microsoft");
       b.Node("DequantizeLinear", {"p", "y_s", "y_z"});
     }},
    {"DynamicQuantizeLinear and ConvInteger",
     [](QdqBuilder& b) {
       auto& quantize = b.Node("DynamicQuantizeLinear", {"x"}, "xq");
       quantize.add_output("xs");
       quantize.add_output("xz");
       b.Integers("w", {2, 3, 1, 1}, kInt8, {1, 2, 3, -4, 5, -6});
       b.Floats("ws", {2, 1, 1}, {0.25f, 0.5f});
       b.Floats("b", {2, 1, 1}, {0.875f, -2.25f});
       b.Node("ConvInteger", {"xq", "w", "xz"}, "sums");
       SetInt(b.Node("Cast", {"sums"}, "floats"), "to", testing::kFloat);
       b.Node("Mul", {"xs", "ws"}, "scale");
       b.Node("Mul", {"floats", "scale"}, "product");
       b.Node("Add", {"product", "b"}, "c");
       b.Node("GlobalAveragePool", {"c"});
     },
     0},
};

int IntegerNodes(const QuantizedGraph& quantized) {
  int count = 0;
  for (size_t n = 0; n < quantized.graph->nodes.size(); ++n)
    count += RunsOnIntegers(quantized, n) ? 1 : 0;
  return count;
}

TEST_CASE("every dialect says the same network") {
  for (const Dialect& dialect : kDialects) {
    CAPTURE(dialect.reason);
    QdqBuilder b;
    dialect.build(b);
    const QuantizedGraph quantized = b.Given();
    // 3.5 / 255 isn't a step of the image's values.
    const double tolerance = quantized.mode == QuantizationMode::kDynamic ? 0.06 : 1e-5;
    CheckNear(b.Scores(quantized), kScores, tolerance);
    CHECK(IntegerNodes(quantized) == dialect.integer_nodes);
    // Written and read again, it is the same network still.
    CheckNear(b.Scores(testing::ReadAgain(quantized)), b.Scores(quantized), 1e-6);
  }
}

// Not a test: writes what tests/fuzz starts from.
TEST_CASE("seeds for fuzzing are the dialects" * doctest::skip()) {
  const std::filesystem::path folder = testing::SourceDir() / "tests" / "fuzz" / "corpus" / "qdq";
  std::filesystem::create_directories(folder);
  for (size_t i = 0; i < std::size(kDialects); ++i) {
    QdqBuilder b;
    kDialects[i].build(b);
    auto& shape =
        *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    for (auto& dim : *shape.mutable_dim()) {
      if (dim.dim_value() == 4) dim.set_dim_param("free");
    }
    std::ofstream(folder / ("dialect_" + std::to_string(i) + ".onnx"), std::ios::binary)
        << b.Bytes();
  }
}

}  // namespace
}  // namespace quantbench
