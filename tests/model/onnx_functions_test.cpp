// SPDX-License-Identifier: Apache-2.0
// Functions of one element in ONNX files: as operators, and as exporters write them out.
#include <doctest/doctest.h>

#include "model/operator_case.h"

namespace quantbench {
namespace {

using testing::CheckOperator;
using testing::OnnxBuilder;
using testing::OperatorCase;
using testing::Pooled;
using testing::SetFloat;
using testing::SetInts;
using testing::SetText;

// "a" is -1.03125, -0.03125, 0.96875.
void Centred(OnnxBuilder& b) {
  Pooled(b);
  b.Floats("twelve", {}, {12});
  b.Floats("eight", {}, {8});
  b.Node("Sub", {"p", "twelve"}, "s");
  b.Node("Div", {"s", "eight"}, "a");
}

struct FunctionCase {
  const char* op;
  std::vector<float> expected;  // by Python's math module
  std::function<void(onnx::NodeProto&)> set = [](onnx::NodeProto&) {};
  int opset = 13;
};

const FunctionCase kFunctions[] = {
    {"Elu", {-0.3217195f, -0.01538338f, 0.96875f}, [](auto& n) { SetFloat(n, "alpha", 0.5f); }},
    {"Selu", {-1.13123f, -0.05409103f, 1.017867f}},
    {"Celu", {-0.8057455f, -0.03100713f, 0.96875f}, [](auto& n) { SetFloat(n, "alpha", 2); }},
    {"Gelu", {-0.1559372f, -0.01523547f, 0.807613f}, [](auto&) {}, 20},
    {"Gelu",
     {-0.1561008f, -0.01523547f, 0.8074713f},
     [](auto& n) { SetText(n, "approximate", "tanh"); },
     20},
    {"Mish", {-0.3050835f, -0.01843706f, 0.8324088f}, [](auto&) {}, 18},
    {"Swish", {-0.2710556f, -0.01538088f, 0.7022181f}, [](auto&) {}, 24},
    {"Softplus", {0.3049528f, 0.6776442f, 1.290513f}},
    {"Softsign", {-0.5076923f, -0.03030303f, 0.4920635f}},
    {"Tanh", {-0.7744092f, -0.03123983f, 0.7481545f}},
    {"Erf", {-0.8552718f, -0.03525037f, 0.8293192f}},
    {"ThresholdedRelu", {0, 0, 0.96875f}, [](auto& n) { SetFloat(n, "alpha", 0.5f); }},
    {"Exp", {0.356561f, 0.9692332f, 2.634649f}},
    {"Abs", {1.03125f, 0.03125f, 0.96875f}},
    {"Reciprocal", {-0.969697f, -32, 1.032258f}},
    {"HardSwish", {-0.3383789f, -0.01546224f, 0.6407878f}, [](auto&) {}, 14},
    {"Clip",
     {-1, -0.03125f, 0.5f},
     [](auto& n) {
       SetFloat(n, "min", -1);
       SetFloat(n, "max", 0.5f);
     },
     7}};

TEST_CASE("functions of one element by their operators") {
  for (const FunctionCase& c : kFunctions) {
    CheckOperator({.reason = c.op,
                   .build =
                       [&](OnnxBuilder& b) {
                         Centred(b);
                         c.set(b.Node(c.op, {"a"}));
                       },
                   .expected = c.expected,
                   .opset = c.opset});
  }
}

// From "a" to "y", with the one function that it becomes.
struct WrittenOut {
  const char* reason;
  std::function<void(OnnxBuilder&)> build;
  const char* function;
};

void Constants(OnnxBuilder& b) {
  b.Floats("one", {}, {1});
  b.Floats("half", {}, {0.5f});
  b.Floats("root", {}, {1.4142135f});
  b.Floats("three", {}, {3});
  b.Floats("cubic", {}, {0.044715f});
  b.Floats("slope", {}, {0.7978846f});
}

const WrittenOut kWrittenOut[] = {{"gelu as PyTorch exports it",
                                   [](OnnxBuilder& b) {
                                     b.Node("Div", {"a", "root"}, "d");
                                     b.Node("Erf", {"d"}, "e");
                                     b.Node("Add", {"e", "one"}, "f");
                                     b.Node("Mul", {"a", "f"}, "g");
                                     b.Node("Mul", {"g", "half"});
                                   },
                                   "gelu"},
                                  {"gelu, half of x first",
                                   [](OnnxBuilder& b) {
                                     b.Node("Mul", {"half", "a"}, "h");
                                     b.Node("Div", {"a", "root"}, "d");
                                     b.Node("Erf", {"d"}, "e");
                                     b.Node("Add", {"one", "e"}, "f");
                                     b.Node("Mul", {"f", "h"});
                                   },
                                   "gelu"},
                                  {"gelu by tanh, with a power",
                                   [](OnnxBuilder& b) {
                                     b.Node("Pow", {"a", "three"}, "cube");
                                     b.Node("Mul", {"cube", "cubic"}, "c");
                                     b.Node("Add", {"a", "c"}, "i");
                                     b.Node("Mul", {"i", "slope"}, "m");
                                     b.Node("Tanh", {"m"}, "t");
                                     b.Node("Add", {"t", "one"}, "f");
                                     b.Node("Mul", {"a", "f"}, "g");
                                     b.Node("Mul", {"g", "half"});
                                   },
                                   "gelu_tanh"},
                                  {"mish",
                                   [](OnnxBuilder& b) {
                                     b.Node("Softplus", {"a"}, "p1");
                                     b.Node("Tanh", {"p1"}, "t");
                                     b.Node("Mul", {"a", "t"});
                                   },
                                   "mish"},
                                  {"mish by logarithm and exponential",
                                   [](OnnxBuilder& b) {
                                     b.Node("Exp", {"a"}, "e");
                                     b.Node("Add", {"e", "one"}, "f");
                                     b.Node("Log", {"f"}, "l");
                                     b.Node("Tanh", {"l"}, "t");
                                     b.Node("Mul", {"t", "a"});
                                   },
                                   "mish"},
                                  {"silu by a quotient",
                                   [](OnnxBuilder& b) {
                                     b.Node("Neg", {"a"}, "n");
                                     b.Node("Exp", {"n"}, "e");
                                     b.Node("Add", {"one", "e"}, "f");
                                     b.Node("Div", {"a", "f"});
                                   },
                                   "silu"},
                                  {"softsign by a quotient",
                                   [](OnnxBuilder& b) {
                                     b.Node("Abs", {"a"}, "n");
                                     b.Node("Add", {"n", "one"}, "f");
                                     b.Node("Div", {"a", "f"});
                                   },
                                   "softsign"}};

TEST_CASE("functions that exporters write out are one function, of images and of vectors") {
  for (const WrittenOut& c : kWrittenOut) {
    for (const bool vector : {false, true}) {
      CAPTURE(c.reason);
      CAPTURE(vector);
      OnnxBuilder builder;
      Constants(builder);
      builder.Node("GlobalAveragePool", {"x"}, vector ? "p" : "a");
      if (vector) {
        builder.Floats("w", {3, 3}, std::vector<float>(9, 1));
        builder.Node("Flatten", {"p"}, "flat");
        builder.Node("MatMul", {"flat", "w"}, "a");
      }
      c.build(builder);
      Graph graph = builder.Import();
      PrepareForInference(graph);
      REQUIRE(graph.nodes.size() == (vector ? 4 : 3));
      CHECK(OperatorName(graph.nodes[vector ? 3 : 1].op) == std::string(c.function));
    }
  }
}

TEST_CASE("what is nearly such a function, or has another reader in between, computes the same") {
  const OperatorCase cases[] = {{"x * sigmoid(1.702 x), often called gelu",
                                 [](OnnxBuilder& b) {
                                   Centred(b);
                                   b.Floats("c", {}, {1.702f});
                                   b.Node("Mul", {"a", "c"}, "m");
                                   b.Node("Sigmoid", {"m"}, "t");
                                   b.Node("Mul", {"a", "t"});
                                 },
                                 {-0.1520002f, -0.01520957f, 0.8125202f}},
                                {"softplus(x) is read by two",
                                 [](OnnxBuilder& b) {
                                   Centred(b);
                                   b.Node("Softplus", {"a"}, "p1");
                                   b.Node("Tanh", {"p1"}, "t");
                                   b.Node("Mul", {"a", "t"}, "m");
                                   b.Node("Add", {"m", "p1"});
                                 },
                                 {-0.0001307f, 0.6592071f, 2.1229218f}}};
  for (const OperatorCase& c : cases) CheckOperator(c);
}

TEST_CASE("slopes of what is negative, one for each channel") {
  const OperatorCase cases[] = {{"[c,1,1] on an image",
                                 [](OnnxBuilder& b) {
                                   Centred(b);
                                   b.Floats("slopes", {3, 1, 1}, {0.5f, 2, 3});
                                   b.Node("PRelu", {"a", "slopes"});
                                 },
                                 {-0.515625f, -0.0625f, 0.96875f}},
                                {"[c] on a vector",
                                 [](OnnxBuilder& b) {
                                   Centred(b);
                                   b.Node("Flatten", {"a"}, "f");
                                   b.Floats("slopes", {3}, {0.5f, 2, 3});
                                   b.Node("PRelu", {"f", "slopes"});
                                 },
                                 {-0.515625f, -0.0625f, 0.96875f}},
                                {"[1,1,c] on [n,h,w,c]",
                                 [](OnnxBuilder& b) {
                                   Centred(b);
                                   SetInts(b.Node("Transpose", {"a"}, "t"), "perm", {0, 2, 3, 1});
                                   b.Floats("slopes", {1, 1, 3}, {0.5f, 2, 3});
                                   b.Node("PRelu", {"t", "slopes"});
                                 },
                                 {-0.515625f, -0.0625f, 0.96875f}}};
  for (const OperatorCase& c : cases) CheckOperator(c);
}

TEST_CASE("the smaller one of data and a number for each channel") {
  const auto cap = [](OnnxBuilder& b, const Shape& dims, std::vector<float> caps, bool first) {
    Centred(b);
    b.Floats("caps", dims, std::move(caps));
    first ? b.Node("Min", {"caps", "a"}) : b.Node("Min", {"a", "caps"});
  };
  const OperatorCase cases[] = {{"[c,1,1] on an image",
                                 [&](OnnxBuilder& b) {
                                   cap(b, {3, 1, 1}, {-2, 0.5f, 0.25f}, false);
                                 },
                                 {-2, -0.03125f, 0.25f}},
                                {"[1,c,1,1], the constant first",
                                 [&](OnnxBuilder& b) {
                                   cap(b, {1, 3, 1, 1}, {-2, 0.5f, 0.25f}, true);
                                 },
                                 {-2, -0.03125f, 0.25f}},
                                {"one number for all",
                                 [&](OnnxBuilder& b) {
                                   cap(b, {3, 1, 1}, {0.5f, 0.5f, 0.5f}, false);
                                 },
                                 {-1.03125f, -0.03125f, 0.5f}}};
  for (const OperatorCase& c : cases) CheckOperator(c);
}

}  // namespace
}  // namespace quantbench
