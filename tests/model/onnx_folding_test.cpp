// SPDX-License-Identifier: Apache-2.0
// Arithmetic on constants and shapes, as exporters leave it in their files.
#include <doctest/doctest.h>

#include "model/operator_case.h"

namespace quantbench {
namespace {

using testing::CheckOperator;
using testing::OnnxBuilder;
using testing::Pooled;
using testing::SetInt;
using testing::SetInts;

void Scalar(OnnxBuilder& b, const std::string& name, int64_t value) {
  b.Tensor(name, {}, onnx::TensorProto::INT64).add_int64_data(value);
}

// The integers that "c" becomes, seen as the shape of what is reshaped: they multiply to 3.
struct ShapeCase {
  const char* reason;
  std::function<void(OnnxBuilder&)> build;  // makes "c"
};

const ShapeCase kShapes[] = {
    {"shape of a constant",
     [](OnnxBuilder& b) {
       b.Floats("z", {1, 3}, {0, 0, 0});
       b.Node("Shape", {"z"}, "c");
     }},
    {"a part of a shape, by attributes",
     [](OnnxBuilder& b) {
       auto& node = b.Node("Shape", {"x"}, "c");
       SetInt(node, "start", 0);
       SetInt(node, "end", 2);
     }},
    {"Shape, Gather, arithmetic, Concat",
     [](OnnxBuilder& b) {
       b.Node("Shape", {"x"}, "s");
       Scalar(b, "zero", 0);
       Scalar(b, "three", 3);
       Scalar(b, "four", 4);
       b.Node("Gather", {"s", "zero"}, "n");
       b.Node("Gather", {"s", "three"}, "w");
       b.Node("Mul", {"w", "three"}, "m");
       b.Node("Div", {"m", "four"}, "k");
       b.Ints("axes", {0});
       b.Node("Unsqueeze", {"n", "axes"}, "n1");
       b.Node("Unsqueeze", {"k", "axes"}, "k1");
       SetInt(b.Node("Concat", {"n1", "k1"}, "c"), "axis", 0);
     }},
    {"a product of a slice of a shape",
     [](OnnxBuilder& b) {
       b.Node("Shape", {"p"}, "s");
       b.Ints("from", {1});
       b.Ints("to", {4});
       b.Node("Slice", {"s", "from", "to"}, "tail");
       auto& product = b.Node("ReduceProd", {"tail"}, "k");
       SetInts(product, "axes", {0});
       b.Ints("one", {1});
       SetInt(b.Node("Concat", {"one", "k"}, "c"), "axis", 0);
     }},
    {"Range, Where and Equal",
     [](OnnxBuilder& b) {
       Scalar(b, "zero", 0);
       Scalar(b, "two", 2);
       Scalar(b, "one", 1);
       b.Node("Range", {"zero", "two", "one"}, "r");  // 0 1
       b.Node("Equal", {"r", "zero"}, "e");
       b.Ints("yes", {1, 1});
       b.Ints("no", {3, 3});
       b.Node("Where", {"e", "yes", "no"}, "c");
     }},
    {"a Where that Expand writes: -1 means 1",
     [](OnnxBuilder& b) {
       b.Ints("dims", {-1, 3});
       b.Ints("shape", {2});
       b.Node("ConstantOfShape", {"shape"}, "zeros");
       b.graph().mutable_node()->rbegin()->clear_attribute();
       auto& value = testing::Attribute(*b.graph().mutable_node()->rbegin(), "value",
                                        onnx::AttributeProto::TENSOR);
       value.mutable_t()->set_data_type(onnx::TensorProto::INT64);
       value.mutable_t()->add_dims(1);
       value.mutable_t()->add_int64_data(1);
       Scalar(b, "minus", -1);
       b.Node("Mul", {"zeros", "minus"}, "minus_ones");
       b.Node("Equal", {"dims", "minus_ones"}, "e");
       b.Node("Where", {"e", "zeros", "dims"}, "c");
     }},
    {"Expand, Tile, Split, Squeeze, Cast, Floor and Neg",
     [](OnnxBuilder& b) {
       b.Floats("f", {1}, {-3.7f});
       b.Ints("four", {4});
       b.Node("Expand", {"f", "four"}, "e");
       b.Ints("two", {2});
       b.Node("Tile", {"e", "two"}, "t");  // eight
       auto& split = b.Node("Split", {"t"}, "left");
       split.add_output("right");
       b.Node("Ceil", {"right"}, "floor");
       b.Node("Neg", {"floor"}, "n");
       SetInt(b.Node("Cast", {"n"}, "i"), "to", onnx::TensorProto::INT64);
       Scalar(b, "one", 1);
       auto& mean = b.Node("ReduceMean", {"i"}, "k");
       SetInts(mean, "axes", {0});
       b.Ints("ones", {1});
       SetInt(b.Node("Concat", {"ones", "k"}, "c"), "axis", 0);
     }},
    {"Mod with the divisor's sign, Min, Max, Abs, Sub and Pow",
     [](OnnxBuilder& b) {
       b.Ints("a", {-9, -13});
       b.Ints("eight", {8});
       b.Node("Mod", {"a", "eight"}, "m");  // 7 3
       b.Ints("three", {3});
       b.Node("Min", {"m", "three"}, "l");  // 3 3
       b.Ints("bounds", {-4, 2});
       b.Node("Max", {"l", "bounds"}, "h");  // 3 3
       b.Ints("two", {2, 0});
       b.Node("Sub", {"h", "two"}, "s");  // 1 3
       b.Node("Abs", {"s"}, "g");
       b.Ints("one", {1});
       b.Node("Pow", {"g", "one"}, "c");
     }},
    {"two dimensions of a constant cut at once",
     [](OnnxBuilder& b) {
       b.Tensor("z", {2, 3}, onnx::TensorProto::INT64);
       for (const int64_t value : {9, 9, 9, 3, 9, 1})
         b.graph().mutable_initializer()->rbegin()->add_int64_data(value);
       b.Ints("from", {1, 2});
       b.Ints("to", {2, -10});
       b.Ints("axes", {0, 1});
       b.Ints("steps", {1, -2});
       b.Node("Slice", {"z", "from", "to", "axes", "steps"}, "row");  // [[1, 3]]
       b.Ints("minus", {-1});
       b.Node("Reshape", {"row", "minus"}, "c");
     }},
};

TEST_CASE("shape arithmetic is done while a file is read") {
  for (const ShapeCase& c : kShapes) {
    CheckOperator({.reason = c.reason,
                   .build =
                       [&](OnnxBuilder& b) {
                         Pooled(b);
                         c.build(b);
                         b.Node("Reshape", {"p", "c"});
                       },
                   .expected = {3.75f, 11.75f, 19.75f},
                   .opset = 15});
  }
}

TEST_CASE("of a condition that is known one branch is taken") {
  for (const bool truth : {false, true}) {
    CAPTURE(truth);
    OnnxBuilder b;
    Pooled(b);
    b.Integers("condition", {}, onnx::TensorProto::BOOL, {truth ? 1 : 0});
    auto& node = b.Node("If", {"condition"});
    for (const char* const name : {"then_branch", "else_branch"}) {
      onnx::GraphProto& branch =
          *testing::Attribute(node, name, onnx::AttributeProto::GRAPH).mutable_g();
      onnx::NodeProto& inner = *branch.add_node();
      inner.set_op_type(name[0] == 't' ? "Neg" : "UnknownToAll");
      if (name[0] == 'e' && !truth) inner.set_op_type("Relu");
      inner.add_input("p");
      inner.add_output(std::string(name) + "_y");
      branch.add_output()->set_name(std::string(name) + "_y");
    }
    const float sign = truth ? -1.0f : 1.0f;
    CHECK(testing::RunFloat(b.Import(), testing::Image()) ==
          std::vector<float>{sign * 3.75f, sign * 11.75f, sign * 19.75f});
  }
}

TEST_CASE("constants far larger than the file") {
  OnnxBuilder b;
  b.Ints("shape", {900, 40000});
  b.Node("ConstantOfShape", {"shape"}, "w");
  b.Floats("wide", {40000, 3, 1, 1}, std::vector<float>(120000, 1.0f / 64));
  Pooled(b);
  b.Node("Conv", {"p", "wide"}, "c");
  b.Node("Flatten", {"c"}, "f");
  SetInt(b.Node("Gemm", {"f", "w"}), "transB", 1);
  CHECK(b.Import().values.back().shape == Shape{900});
}

}  // namespace
}  // namespace quantbench
