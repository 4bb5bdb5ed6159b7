// SPDX-License-Identifier: Apache-2.0
// Whatever changes the graph that a file becomes changes the hash of its source.
#include "model/source_hash.h"

#include <doctest/doctest.h>

#include "model/onnx/proto.h"
#include "support/error.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

// A model whose one tensor lies in weights.bin.
std::string ModelWithExternalData() {
  onnx::ModelProto model;
  onnx::TensorProto& tensor = *model.mutable_graph()->add_initializer();
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  onnx::StringStringEntryProto& entry = *tensor.add_external_data();
  entry.set_key("location");
  entry.set_value("weights.bin");
  return model.SerializeAsString();
}

}  // namespace

TEST_CASE("a source's hash changes with all that decides its graph, and with nothing else") {
  const testing::ScratchFolder scratch;
  const ModelSource source{.file = scratch.path() / "net.pth", .architecture = "mobilenet_v2"};
  WriteFileAtomically(source.file, "weights");
  const std::string before = HashModel(source);
  CHECK(HashModel(source) == before);
  const struct {
    std::string reason;
    void (*change)(ModelSource& source);
  } cases[] = {
      {"architecture", [](ModelSource& s) { s.architecture = "other"; }},
      {"padding", [](ModelSource& s) { s.padding = PaddingStyle::kSame; }},
      {"activation", [](ModelSource& s) { s.activation = Activation::kRelu; }},
      {"height", [](ModelSource& s) { s.input_height = 96; }},
      {"width", [](ModelSource& s) { s.input_width = 96; }},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    ModelSource changed = source;
    one.change(changed);
    CHECK(HashModel(changed) != before);
  }
  std::filesystem::create_directory(scratch.path() / "moved");
  ModelSource moved = source;
  moved.file = scratch.path() / "moved" / "net.pth";
  WriteFileAtomically(moved.file, "weights");
  CHECK(HashModel(moved) == before);
  WriteFileAtomically(moved.file, "Weights");
  CHECK(HashModel(moved) != before);
}

TEST_CASE("the files that an ONNX file names belong to its hash") {
  const testing::ScratchFolder scratch;
  const ModelSource source{.file = scratch.path() / "net.onnx"};
  WriteFileAtomically(source.file, ModelWithExternalData());
  CHECK_THROWS_WITH_AS(HashModel(source), doctest::Contains("weights.bin"), Error);
  WriteFileAtomically(scratch.path() / "weights.bin", "1");
  const std::string before = HashModel(source);
  WriteFileAtomically(scratch.path() / "weights.bin", "2");
  CHECK(HashModel(source) != before);
  WriteFileAtomically(source.file, "location of no model");  // importing says what is wrong
  CHECK(HashModel(source) != before);
}

}  // namespace quantbench
