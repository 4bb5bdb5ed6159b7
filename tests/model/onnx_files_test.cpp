// SPDX-License-Identifier: Apache-2.0
// ONNX files that are damaged or crafted: data outside the file, cut off, nested without end.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include "model/onnx_builder.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::OnnxBuilder;
using testing::SetInts;

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
  REQUIRE(::mkfifo((folder / "pipe.bin").c_str(), 0600) == 0);
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
      {{{"location", "weights.bin"}, {"offset", "1000000000"}},
       "all bytes from byte 1000000000 on of 'weights.bin', which has 16"},
      {{{"location", "weights.bin"}, {"offset", "16"}, {"length", "1"}}, "are 1 byte from byte 16"},
      {{{"location", std::string("weights.bin\0.safe", 16)}, {"offset", "4"}},
       "inside the model's folder"},
      {{{"location", "pipe.bin"}, {"length", "12"}}, "is a pipe, not a regular file"},
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

TEST_CASE("many tensors may share external bytes, as long as they don't unfold into too much") {
  const testing::ScratchFolder scratch;
  testing::WriteScratch(scratch, "weights.bin", std::string(4000, '\0'));
  OnnxBuilder builder;
  for (int i = 0; i < 5; ++i)
    SetExternal(builder.Floats("w" + std::to_string(i), {1000}, std::vector<float>(1000)),
                {{"location", "weights.bin"}});
  builder.Node("GlobalAveragePool", {"x"});
  CHECK(builder.Import(4, scratch.path()).nodes.size() == 2);
  const std::string bytes = builder.Bytes();
  const OnnxRequest little{
      .input_height = 4, .input_width = 4, .folder = scratch.path(), .most_elements = 4000};
  CheckRefused([&] { ImportOnnx(std::as_bytes(std::span(bytes)), little); }, {"unfold into more"});
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

bool IsImported(std::string_view bytes) {
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
  REQUIRE(IsImported(model));
  for (size_t length = 0; length < model.size(); ++length)
    IsImported(std::string_view(model).substr(0, length));
  int accepted = 0;
  for (size_t i = 0; i < model.size(); ++i) {
    for (const char mask : {'\x01', '\x80', '\xff'}) {
      model[i] ^= mask;
      accepted += IsImported(model) ? 1 : 0;
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
  CHECK(!IsImported(std::string("\x08\x08\x3a\x04\x0a\x02\x2a\x00", 8) + nested));
  CHECK(!IsImported("\x3a" + nested));
}

}  // namespace
}  // namespace quantbench
