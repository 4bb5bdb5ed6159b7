// SPDX-License-Identifier: Apache-2.0
// ONNX models that are refused, each with the node and the reason.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <limits>

#include "model/import.h"
#include "model/onnx_builder.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::OnnxBuilder;
using testing::SetInt;
using testing::SetInts;
using testing::SetText;

struct ErrorCase {
  const char* reason;
  std::function<void(OnnxBuilder&)> build;
  std::vector<const char*> expected;
  int opset = 13;
  std::vector<int64_t> input{-1, 3, 4, 4};
};

constexpr int64_t kHugeExtent = int64_t{1} << 40;

const ErrorCase kModelCases[] = {
    {"an operator that isn't known",
     [](OnnxBuilder& b) { b.Node("LSTM", {"x"}); },
     {"'y_node' (LSTM)", "not supported", "docs/models.md"}},
    {"an operator of another domain",
     [](OnnxBuilder& b) { b.Node("Conv", {"x"}).set_domain("com.microsoft"); },
     {"domain 'com.microsoft'"}},
    {"no opset", [](OnnxBuilder& b) { b.model().clear_opset_import(); }, {"doesn't say", "opset"}},
    {"an operator from the future",
     [](OnnxBuilder& b) { b.Node("ConvNextGeneration", {"x"}); },
     {"'y_node' (ConvNextGeneration)", "not supported"},
     99},
    {"no image", [](OnnxBuilder&) {}, {"must be an image"}, 13, {-1, 48}},
    {"one channel", [](OnnxBuilder&) {}, {"3 channels"}, 13, {-1, 1, 4, 4}},
    {"another size than the crop",
     [](OnnxBuilder&) {},
     {"made for 5 pixels", "crops have 4x4", "preprocess.crop"},
     13,
     {-1, 3, 5, 5}},
    {"two inputs",
     [](OnnxBuilder& b) {
       b.AddInput("z", {1, 3, 4, 4});
     },
     {"'x', 'z'"}},
    {"an input that isn't float",
     [](OnnxBuilder& b) {
       b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
           onnx::TensorProto::INT64);
     },
     {"floats", "uint8"}},
    {"an integer input that no DequantizeLinear reads",
     [](OnnxBuilder& b) {
       b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
           onnx::TensorProto::INT8);
       b.Node("GlobalAveragePool", {"x"});
     },
     {"'y_node' (GlobalAveragePool)", "a DequantizeLinear before it"}},
    {"two outputs", [](OnnxBuilder& b) { b.graph().add_output()->set_name("z"); }, {"2 outputs"}},
    {"an output that nobody writes", [](OnnxBuilder&) {}, {"reads 'y'"}},
    {"an image as output", [](OnnxBuilder& b) { b.Node("Relu", {"x"}); }, {"[n,3,4,4]"}},
    {"a constant as output", [](OnnxBuilder& b) { b.Ints("y", {1}); }, {"constant"}},
};

const ErrorCase kNodeCases[] = {
    {"a cycle",
     [](OnnxBuilder& b) {
       b.Node("Relu", {"z"}, "y");
       b.Node("Relu", {"y"}, "z");
     },
     {"'y_node' (Relu)", "reads 'z'", "without cycles"}},
    {"a missing initialiser",
     [](OnnxBuilder& b) {
       b.Node("Conv", {"x", "w"});
     },
     {"(Conv)", "reads 'w'"}},
    {"a weight that flows",
     [](OnnxBuilder& b) {
       b.Node("Conv", {"x", "x"});
     },
     {"weight ('x') must be constant"}},
    {"a value written twice",
     [](OnnxBuilder& b) {
       b.Node("GlobalAveragePool", {"x"});
       b.Node("GlobalAveragePool", {"x"});
     },
     {"writes 'y'"}},
    {"a missing input", [](OnnxBuilder& b) { b.Node("Conv", {"x"}); }, {"input 1 is missing"}},
    {"a weight of another rank",
     [](OnnxBuilder& b) {
       b.Floats("w", {1, 3, 1}, {1, 1, 1});
       b.Node("Conv", {"x", "w"});
     },
     {"[1,3,1]", "[oc,c/groups,kh,kw]"}},
    {"a weight for other channels",
     [](OnnxBuilder& b) {
       b.Floats("w", {1, 2, 1, 1}, {1, 1});
       b.Node("Conv", {"x", "w"});
     },
     {"needs 2 input channels"}},
    {"an empty weight",
     [](OnnxBuilder& b) {
       b.Floats("w", {0, 3, 1, 1}, {});
       b.Node("Conv", {"x", "w"});
     },
     {"(Conv)"}},
    {"a bias for other channels",
     [](OnnxBuilder& b) {
       b.Floats("w", {1, 3, 1, 1}, {1, 1, 1});
       b.Floats("b", {2}, {1, 1});
       b.Node("Conv", {"x", "w", "b"});
     },
     {"bias [2]"}},
    {"integer weights",
     [](OnnxBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Node("Conv", {"x", "w"});
     },
     {"weight must be floats"}},
    {"an attribute of another type",
     [](OnnxBuilder& b) { SetInt(b.Node("MaxPool", {"x"}), "kernel_shape", 2); },
     {"'kernel_shape' has type INT", "INTS was expected"}},
    {"a window in three dimensions",
     [](OnnxBuilder& b) {
       SetInts(b.Node("MaxPool", {"x"}), "kernel_shape", {2, 2, 2});
     },
     {"two-dimensional"}},
    {"a stride of zero",
     [](OnnxBuilder& b) {
       auto& node = b.Node("MaxPool", {"x"});
       SetInts(node, "kernel_shape", {2, 2});
       SetInts(node, "strides", {0, 1});
     },
     {"strides 0"}},
    {"negative pads",
     [](OnnxBuilder& b) {
       auto& node = b.Node("MaxPool", {"x"});
       SetInts(node, "kernel_shape", {2, 2});
       SetInts(node, "pads", {-1, 0, 0, 0});
     },
     {"padding of -1"}},
    {"an unknown auto_pad",
     [](OnnxBuilder& b) { SetText(b.Node("MaxPool", {"x"}), "auto_pad", "SOME"); },
     {"auto_pad 'SOME'"}},
    {"more reflected than there is",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, 4, 1, 0, 0, 1, 1});
       SetText(b.Node("Pad", {"x", "pads"}), "mode", "reflect");
     },
     {"'y_node' (Pad)", "reflects more"}},
    {"padding of a kind that isn't known",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, 1, 1, 0, 0, 1, 1});
       SetText(b.Node("Pad", {"x", "pads"}), "mode", "mirror");
     },
     {"'mirror'", "reflect"}},
    {"pads that leave nothing",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, -2, 0, 0, 0, -2, 0});
       b.Node("Pad", {"x", "pads"});
     },
     {"leave nothing"}},
    {"a reshape that swallows the batch",
     [](OnnxBuilder& b) {
       b.Ints("shape", {12, 4});
       b.Node("Reshape", {"x", "shape"});
     },
     {"[12,4]", "batch dimension must stay first"}},
    {"a reshape to another size",
     [](OnnxBuilder& b) {
       b.Ints("shape", {1, 7});
       b.Node("Reshape", {"x", "shape"});
     },
     {"another number of elements"}},
    {"a reshape to a negative size",
     [](OnnxBuilder& b) {
       b.Ints("shape", {1, -7});
       b.Node("Reshape", {"x", "shape"});
     },
     {"impossible"}},
    {"a transpose of the batch",
     [](OnnxBuilder& b) {
       SetInts(b.Node("Transpose", {"x"}), "perm", {1, 0, 2, 3});
     },
     {"batch dimension must stay first"}},
    {"an axis that isn't there",
     [](OnnxBuilder& b) { SetInts(b.Node("ReduceMean", {"x"}), "axes", {4}); },
     {"axis 4", "4 dimensions"}},
    {"an index that isn't there",
     [](OnnxBuilder& b) {
       b.Ints("index", {3});
       SetInt(b.Node("Gather", {"x", "index"}), "axis", 1);
     },
     {"index 3"}},
    {"a sum of shapes that don't fit",
     [](OnnxBuilder& b) {
       SetInts(b.Node("MaxPool", {"x"}, "p"), "kernel_shape", {2, 2});
       b.Node("Add", {"x", "p"});
     },
     {"[1,3,4,4] and [1,3,3,3] can't be combined"}},
    {"a constant of another size",
     [](OnnxBuilder& b) {
       b.Floats("c", {3, 4, 5}, std::vector<float>(60, 1));
       b.Node("Add", {"x", "c"});
     },
     {"can't be combined"}},
    {"a constant for each image of a batch",
     [](OnnxBuilder& b) {
       b.Floats("c", {2, 3, 4, 4}, std::vector<float>(96, 1));
       b.Node("Add", {"x", "c"});
     },
     {"'y_node' (Add)", "batch"}},
    {"softmax over something else than the classes",
     [](OnnxBuilder& b) { SetInt(b.Node("Softmax", {"x"}), "axis", 1); },
     {"'y_node' (Softmax)", "all classes"}},
    {"dropout that still trains",
     [](OnnxBuilder& b) {
       b.Floats("ratio", {}, {0.5f});
       b.Integers("trains", {}, onnx::TensorProto::BOOL, {1});
       b.Node("Dropout", {"x", "ratio", "trains"});
     },
     {"'y_node' (Dropout)", "training mode"}},
    {"batch statistics of each pixel, opset 7",
     [](OnnxBuilder& b) {
       b.Floats("s", {3}, {1, 1, 1});
       SetInt(b.Node("BatchNormalization", {"x", "s", "s", "s", "s"}), "spatial", 0);
     },
     {"spatial"},
     7},
    {"a mean over the whole batch",
     [](OnnxBuilder& b) { b.Node("ReduceMean", {"x"}); },
     {"'y_node' (ReduceMean)", "name its axes"}},
    {"a power that no product makes",
     [](OnnxBuilder& b) {
       b.Floats("e", {}, {1.7f});
       b.Node("Pow", {"x", "e"});
     },
     {"exponents"}},
    {"a slope for each pixel",
     [](OnnxBuilder& b) {
       b.Floats("s", {3, 4, 4}, std::vector<float>(48, 1.0f));
       b.graph().mutable_initializer(0)->set_raw_data(std::string(192, '\1'));
       b.graph().mutable_initializer(0)->mutable_raw_data()->at(0) = '\2';
       b.Node("PRelu", {"x", "s"});
     },
     {"slope [3,4,4]", "each channel"}},
    {"division by zero in shape arithmetic",
     [](OnnxBuilder& b) {
       b.Ints("one", {1});
       b.Ints("zero", {0});
       b.Node("Div", {"one", "zero"});
     },
     {"divides 1 by 0"}},
    {"overflow in shape arithmetic",
     [](OnnxBuilder& b) {
       b.Ints("a", {std::numeric_limits<int64_t>::max()});
       b.Node("Mul", {"a", "a"});
     },
     {"leaves 64 bits"}},
    {"a constant too large for any memory",
     [](OnnxBuilder& b) {
       b.Ints("shape", {kHugeExtent});
       b.Node("ConstantOfShape", {"shape"});
     },
     {"unfold into more"}},
    {"a shape whose product overflows",
     [](OnnxBuilder& b) {
       b.Ints("shape", {kHugeExtent, kHugeExtent});
       b.Node("ConstantOfShape", {"shape"});
     },
     {"impossible"}},
    {"a broadcast to more than memory",
     [](OnnxBuilder& b) {
       b.Floats("a", {40000, 1}, std::vector<float>(40000, 1));
       b.Floats("b", {40000}, std::vector<float>(40000, 1));
       b.Node("Add", {"a", "b"});
     },
     {"unfold into more"}},
    {"quantised operators that aren't QDQ",
     [](OnnxBuilder& b) {
       b.Floats("s", {}, {1});
       b.Node("QuantizeLinear", {"x", "s"}, "q");
       b.Node("Sigmoid", {"q"});
     },
     {"QDQ form"}},
    {"a scale of zero",
     [](OnnxBuilder& b) {
       b.Floats("s", {}, {0});
       b.Node("QuantizeLinear", {"x", "s"});
     },
     {"must be positive"}},
    {"a negative scale of weights",
     [](OnnxBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Floats("s", {}, {-1});
       b.Node("DequantizeLinear", {"w", "s"});
     },
     {"not negative"}},
    {"scales of another axis",
     [](OnnxBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Floats("s", {2}, {1, 1});
       b.Node("DequantizeLinear", {"w", "s"});
     },
     {"2 scales don't belong to axis 1 of [1,3,1,1]"}},
    {"fewer zero points than scales",
     [](OnnxBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Floats("s", {3}, {1, 1, 1});
       b.Integers("z", {2}, onnx::TensorProto::INT8, {0, 0});
       b.Node("DequantizeLinear", {"w", "s", "z"});
     },
     {"3 scales but 2 zero points"}},
    {"activations of 16 bits",
     [](OnnxBuilder& b) {
       b.Floats("s", {}, {1});
       b.Integers("z", {}, onnx::TensorProto::UINT16, {0});
       b.Node("QuantizeLinear", {"x", "s", "z"});
     },
     {"8 bits"}},
    {"sums that nothing scales",
     [](OnnxBuilder& b) {
       auto& quantize = b.Node("DynamicQuantizeLinear", {"x"}, "q");
       quantize.add_output("s");
       quantize.add_output("z");
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Node("ConvInteger", {"q", "w", "z"}, "c");
       b.Node("GlobalAveragePool", {"c"});
     },
     {"'y_node' (GlobalAveragePool)", "Mul by the scale"}},
    {"the zero point of another tensor",
     [](OnnxBuilder& b) {
       for (const char* const name : {"q", "r"}) {
         auto& quantize =
             b.Node("DynamicQuantizeLinear", {name == std::string("q") ? "x" : "g"}, name);
         quantize.add_output(std::string(name) + "s");
         quantize.add_output(std::string(name) + "z");
         if (name == std::string("q")) b.Node("Relu", {"x"}, "g");
       }
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Node("ConvInteger", {"q", "w", "rz"});
     },
     {"that of the DynamicQuantizeLinear before it"}},
    {"run-time weights beyond int8",
     [](OnnxBuilder& b) {
       auto& quantize = b.Node("DynamicQuantizeLinear", {"x"}, "q");
       quantize.add_output("s");
       quantize.add_output("z");
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::UINT8, {1, 1, 200});
       b.Node("ConvInteger", {"q", "w", "z"});
     },
     {"must fit int8"}},
};

TEST_CASE("models that can't be imported are refused with the reason") {
  for (const std::span<const ErrorCase> table :
       {std::span<const ErrorCase>(kModelCases), std::span<const ErrorCase>(kNodeCases)}) {
    for (const ErrorCase& c : table) {
      CAPTURE(c.reason);
      OnnxBuilder builder(c.input, c.opset);
      c.build(builder);
      CheckRefused([&] { builder.Import(); }, c.expected);
    }
  }
}

TEST_CASE("an ONNX file in a scenario needs no architecture; its errors name the file") {
  const testing::ScratchFolder scratch;
  const auto file = testing::WriteScratch(scratch, "broken.onnx", "no model");
  CheckRefused([&] { ImportModel({.file = file, .architecture = ""}); },
               {"can't import", "broken.onnx", "damaged"});
  CHECK(ModelName({.file = "a/resnet18.onnx", .architecture = "mobilenet_v2"}) == "resnet18");
}

}  // namespace
}  // namespace quantbench
