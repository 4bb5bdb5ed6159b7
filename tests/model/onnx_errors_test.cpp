// SPDX-License-Identifier: Apache-2.0
// ONNX models that are refused, each with the node and the reason; damaged and crafted files.
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

constexpr int64_t kHuge = int64_t{1} << 40;

const ErrorCase kModelCases[] = {
    {"an operator that isn't known",
     [](OnnxBuilder& b) { b.Node("LSTM", {"x"}); },
     {"'y_node' (LSTM)", "not supported", "docs/models.md"}},
    {"an operator of another domain",
     [](OnnxBuilder& b) { b.Node("Conv", {"x"}).set_domain("com.microsoft"); },
     {"domain 'com.microsoft'"}},
    {"opset too old", [](OnnxBuilder&) {}, {"opset 6", "7 to 18"}, 6},
    {"opset too new", [](OnnxBuilder&) {}, {"opset 19"}, 19},
    {"no image", [](OnnxBuilder&) {}, {"must be an image"}, 13, {-1, 48}},
    {"one channel", [](OnnxBuilder&) {}, {"3 channels"}, 13, {-1, 1, 4, 4}},
    {"another size than the crop",
     [](OnnxBuilder&) {},
     {"made for 5 pixels", "crops have 4x4", "preprocess crop"},
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
           onnx::TensorProto::UINT8);
     },
     {"float32"}},
    {"two outputs", [](OnnxBuilder& b) { b.graph().add_output()->set_name("z"); }, {"2 outputs"}},
    {"an output that nobody writes", [](OnnxBuilder&) {}, {"reads 'y'"}},
    {"an image as output", [](OnnxBuilder& b) { b.Node("Relu", {"x"}); }, {"[n,3,4,4]"}},
    {"a constant as output", [](OnnxBuilder& b) { b.Ints("y", {1}); }, {"constant"}},
    {"softmax in the middle",
     [](OnnxBuilder& b) {
       b.Node("GlobalAveragePool", {"x"}, "p");
       b.Node("Flatten", {"p"}, "f");
       b.Node("Softmax", {"f"}, "s");
       b.Node("Relu", {"s"});
     },
     {"Softmax", "end of a classifier"}},
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
       b.Node("Relu", {"x"}, "z");
       b.Node("Relu", {"x"}, "z");
     },
     {"writes 'z'"}},
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
    {"reflected padding",
     [](OnnxBuilder& b) {
       b.Ints("pads", {0, 0, 1, 1, 0, 0, 1, 1});
       SetText(b.Node("Pad", {"x", "pads"}), "mode", "reflect");
     },
     {"'reflect'"}},
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
    {"a transpose that nothing here can do",
     [](OnnxBuilder& b) {
       SetInts(b.Node("Transpose", {"x"}, "t"), "perm", {0, 1, 3, 2});
       b.Node("Flatten", {"t"}, "f");
       b.Node("Softmax", {"f"});
     },
     {"transposed in a way"}},
    {"an axis that isn't there",
     [](OnnxBuilder& b) { SetInts(b.Node("ReduceMean", {"x"}), "axes", {4}); },
     {"axis 4", "4 dimensions"}},
    {"an index that isn't there",
     [](OnnxBuilder& b) {
       b.Ints("index", {3});
       SetInt(b.Node("Gather", {"x", "index"}), "axis", 1);
     },
     {"index 3"}},
    {"a sum of different shapes",
     [](OnnxBuilder& b) {
       b.Node("GlobalAveragePool", {"x"}, "p");
       b.Node("Add", {"x", "p"});
     },
     {"one shape"}},
    {"a constant image",
     [](OnnxBuilder& b) {
       b.Floats("c", {3, 4, 4}, std::vector<float>(48, 1));
       b.Node("Add", {"x", "c"});
     },
     {"one number or have one for each of the 3 channels"}},
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
       b.Ints("shape", {kHuge});
       b.Node("ConstantOfShape", {"shape"});
     },
     {"far more values than its file holds"}},
    {"a shape whose product overflows",
     [](OnnxBuilder& b) {
       b.Ints("shape", {kHuge, kHuge});
       b.Node("ConstantOfShape", {"shape"});
     },
     {"impossible"}},
    {"a broadcast to more than memory",
     [](OnnxBuilder& b) {
       b.Floats("a", {40000, 1}, std::vector<float>(40000, 1));
       b.Floats("b", {40000}, std::vector<float>(40000, 1));
       b.Node("Add", {"a", "b"});
     },
     {"far more values"}},
    {"quantised operators that aren't QDQ",
     [](OnnxBuilder& b) {
       b.Floats("s", {}, {1});
       b.Node("QuantizeLinear", {"x", "s"}, "q");
       b.Node("Relu", {"q"});
     },
     {"QDQ form"}},
    {"a scale of zero",
     [](OnnxBuilder& b) {
       b.Floats("s", {}, {0});
       b.Node("QuantizeLinear", {"x", "s"});
     },
     {"must be positive"}},
    {"asymmetric weights",
     [](OnnxBuilder& b) {
       b.Integers("w", {1, 3, 1, 1}, onnx::TensorProto::INT8, {1, 1, 1});
       b.Floats("s", {}, {1});
       b.Integers("z", {}, onnx::TensorProto::INT8, {5});
       b.Node("DequantizeLinear", {"w", "s", "z"});
     },
     {"symmetric"}},
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

// A tensor whose dims, type and data don't belong together.
struct TensorCase {
  const char* reason;
  std::function<void(onnx::TensorProto&)> change;
  const char* expected;
};

const TensorCase kTensorCases[] = {
    {"negative dims", [](onnx::TensorProto& t) { t.set_dims(0, -3); }, "impossible"},
    {"huge dims", [](onnx::TensorProto& t) { t.set_dims(0, kHuge); }, "don't fill"},
    {"dims that overflow",
     [](onnx::TensorProto& t) {
       t.set_dims(0, kHuge);
       t.add_dims(kHuge);
     },
     "impossible"},
    {"half a float", [](onnx::TensorProto& t) { t.set_raw_data("abcde"); }, "don't fill"},
    {"no data", [](onnx::TensorProto& t) { t.clear_raw_data(); }, "holds 0 values"},
    {"strings", [](onnx::TensorProto& t) { t.set_data_type(onnx::TensorProto::STRING); },
     "data type 8"},
    {"a type from the future", [](onnx::TensorProto& t) { t.set_data_type(77); }, "data type 77"},
};

TEST_CASE("initialisers that don't hold what they say are refused by name") {
  for (const TensorCase& c : kTensorCases) {
    CAPTURE(c.reason);
    OnnxBuilder builder;
    c.change(builder.Floats("w", {1, 3, 1, 1}, {1, 1, 1}));
    CheckRefused([&] { builder.Import(); }, {"initialiser 'w'", c.expected});
  }
}

void SetExternal(onnx::TensorProto& tensor,
                 const std::vector<std::pair<const char*, std::string>>& entries) {
  tensor.clear_raw_data();
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  }
}

TEST_CASE("external data is read from beside the model, and from nowhere else") {
  const testing::ScratchFolder scratch;
  const auto folder = scratch.path() / "model";
  std::filesystem::create_directories(folder / "sub");
  const std::vector<float> values{0, 1, 2, 3};
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), 16);
  testing::WriteScratch(scratch, "secret.bin", bytes);
  testing::WriteScratch(scratch, "model/weights.bin", bytes);
  std::filesystem::create_symlink(scratch.path() / "secret.bin", folder / "link.bin");
  struct Case {
    std::vector<std::pair<const char*, std::string>> entries;
    const char* expected;  // nullptr: fine
  };
  const Case cases[] = {
      {{{"location", "weights.bin"}, {"offset", "4"}, {"length", "12"}}, nullptr},
      {{{"location", "weights.bin"}, {"offset", "4"}}, nullptr},
      {{{"location", "weights.bin"}, {"offset", "8"}, {"length", "12"}}, "is that file cut off"},
      {{{"location", "weights.bin"}, {"offset", "99999999999"}, {"length", "12"}}, "cut off"},
      {{{"location", "weights.bin"}, {"length", "16"}}, "don't fill"},
      {{{"location", "weights.bin"}, {"offset", "-4"}}, "not a number of bytes"},
      {{{"location", "weights.bin"}, {"offset", "4x"}}, "not a number of bytes"},
      {{{"location", "weights.bin"}, {"offset", "99999999999999999999"}}, "not a number"},
      {{{"location", "none.bin"}}, "isn't there"},
      {{{"location", "sub"}, {"length", "12"}}, ""},
      {{{"location", "../secret.bin"}, {"offset", "4"}}, "inside the model's folder"},
      {{{"location", "sub/../../secret.bin"}}, "inside the model's folder"},
      {{{"location", (scratch.path() / "secret.bin").string()}}, "inside the model's folder"},
      {{{"location", "link.bin"}, {"offset", "4"}}, "leaves the model's folder"},
      {{{"location", ""}}, "inside the model's folder"},
      {{}, "inside the model's folder"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.entries.empty() ? "" : c.entries[0].second);
    OnnxBuilder builder;
    SetExternal(builder.Floats("w", {1, 3, 1, 1}, {1, 1, 1}), c.entries);
    builder.Node("GlobalAveragePool", {"x"}, "p");
    builder.Node("Conv", {"p", "w"});
    if (c.expected == nullptr) {
      const Graph graph = builder.Import(4, folder);
      CHECK(std::get<Conv>(graph.nodes[1].op).weight.values == std::vector<float>{1, 2, 3});
    } else {
      CheckRefused([&] { builder.Import(4, folder); }, {c.expected});
    }
  }
  OnnxBuilder without;
  SetExternal(without.Floats("w", {1, 3, 1, 1}, {1, 1, 1}), {{"location", "weights.bin"}});
  CheckRefused([&] { without.Import(); }, {"the model isn't in a file"});
}

TEST_CASE("many tensors over the same external bytes can't unfold") {
  const testing::ScratchFolder scratch;
  testing::WriteScratch(scratch, "weights.bin", std::string(4000, '\0'));
  OnnxBuilder builder;
  for (int i = 0; i < 5; ++i)
    SetExternal(builder.Floats("w" + std::to_string(i), {1000}, std::vector<float>(1000)),
                {{"location", "weights.bin"}});
  CheckRefused([&] { builder.Import(4, scratch.path()); }, {"4 times over"});
}

// A file that uses most of what the importer knows.
std::string RichModel() {
  OnnxBuilder b;
  b.Floats("w", {4, 3, 3, 3}, std::vector<float>(108, 0.1f));
  b.Floats("s", {4}, {1, 1, 1, 1});
  b.Ints("groups", {-1, 2, 2, 2, 2});
  b.Ints("back", {-1, 4, 2, 2});
  b.Floats("fc", {4, 2}, std::vector<float>(8, 1));
  b.Node("Conv", {"x", "w"}, "c");
  b.Node("BatchNormalization", {"c", "s", "s", "s", "s"}, "n");
  b.Node("Relu", {"n"}, "r");
  b.Node("Reshape", {"r", "groups"}, "g");
  SetInts(b.Node("Transpose", {"g"}, "t"), "perm", {0, 2, 1, 3, 4});
  b.Node("Reshape", {"t", "back"}, "u");
  b.Node("Sigmoid", {"u"}, "sig");
  b.Node("Mul", {"u", "sig"}, "silu");
  SetInts(b.Node("MaxPool", {"silu"}, "m"), "kernel_shape", {2, 2});
  b.Node("Flatten", {"m"}, "f");
  b.Node("MatMul", {"f", "fc"}, "mm");
  b.Node("Softmax", {"mm"});
  return b.Bytes();
}

bool IsAccepted(std::string_view bytes) {
  try {
    ImportOnnx(std::as_bytes(std::span(bytes.data(), bytes.size())),
               {.input_height = 4, .input_width = 4});
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST_CASE("a model cut off anywhere, or with any byte changed, is read or refused") {
  std::string model = RichModel();
  REQUIRE(IsAccepted(model));
  for (size_t length = 0; length < model.size(); ++length)
    IsAccepted(std::string_view(model).substr(0, length));
  int accepted = 0;
  for (size_t i = 0; i < model.size(); ++i) {
    for (const char mask : {'\x01', '\x80', '\xff'}) {
      model[i] ^= mask;
      accepted += IsAccepted(model) ? 1 : 0;
      model[i] ^= mask;
    }
  }
  CHECK(accepted < static_cast<int>(3 * model.size()));  // some of it must matter
}

TEST_CASE("messages nested without end don't exhaust the stack") {
  std::string nested;
  for (int depth = 0; depth < 5000; ++depth) {
    // An attribute (field 5 of NodeProto) whose graph (6) has a node (1), around what there is.
    const auto wrap = [&](char key) {
      std::string length;
      for (size_t left = nested.size(); length.empty() || left > 0; left >>= 7)
        length += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      nested = key + length + nested;
    };
    wrap('\x0a');
    wrap('\x32');
    wrap('\x2a');
  }
  CHECK(!IsAccepted(std::string("\x08\x08\x3a\x04\x0a\x02\x2a\x00", 8) + nested));
  CHECK(!IsAccepted("\x3a" + nested));
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
