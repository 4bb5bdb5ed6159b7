// SPDX-License-Identifier: Apache-2.0
// State dicts of all formats and element types, and what is said about files that are none.
#include "model/checkpoint/state_dict.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "model/test_files.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::DataFile;
using testing::WriteScratch;

// What make_state_dicts.py calls ramp().
std::vector<float> Ramp(int count) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(i) / 4 - 0.75f);
  return values;
}

void CheckTensor(const StateDict& tensors, const char* name, const Shape& shape,
                 const std::vector<float>& values) {
  CAPTURE(name);
  REQUIRE(tensors.contains(name));
  CHECK(ToString(tensors.at(name).shape) == ToString(shape));
  CHECK(tensors.at(name).values == values);
}

TEST_CASE("every format gives the same tensors, whatever their element type and strides") {
  for (const char* file : {"all_types_zip.pth", "all_types_legacy.pth",
                           "all_types_zip_protocol4.pth", "all_types_legacy_protocol4.pth"}) {
    CAPTURE(file);
    const StateDict tensors = ReadWeights(DataFile(file)).tensors;
    CHECK(tensors.size() == 16);
    for (const char* name : {"float32", "float64", "float16", "bfloat16", "tied"})
      CheckTensor(tensors, name, {2, 3}, Ramp(6));
    const float infinity = std::numeric_limits<float>::infinity();
    CheckTensor(tensors, "half_extremes", {4}, {65504.0f, -0x1p-24f, 0x1p-14f, infinity});
    CheckTensor(tensors, "int64", {}, {7});
    CheckTensor(tensors, "int32", {2}, {-3, 1 << 20});
    CheckTensor(tensors, "int16", {2}, {-300, 300});
    CheckTensor(tensors, "int8", {2}, {-128, 127});
    CheckTensor(tensors, "uint8", {2}, {0, 255});
    CheckTensor(tensors, "bool", {3}, {1, 0, 1});
    CheckTensor(tensors, "transposed", {3, 2}, {-0.75f, 0, -0.5f, 0.25f, -0.25f, 0.5f});
    CheckTensor(tensors, "slice", {2, 2}, {0.25f, 0.75f, 1.25f, 1.75f});
    CheckTensor(tensors, "empty", {0, 3}, {});
    CheckTensor(tensors, "parameter", {2}, Ramp(2));
  }
}

TEST_CASE("a state dict inside what training scripts save, under prefixes and beside anything") {
  struct Case {
    const char* file;
    const char* place;
    const char* prefix;
  };
  const Case cases[] = {
      {"data_parallel_zip.pth", "state_dict", "module."},
      {"model_key_legacy.pth", "model", ""},
      {"big_endian.pth", "", ""},
      {"unknown_wrapper.pth", "generator", ""},
      {"lightning.pth", "state_dict", "model._orig_mod."},
      {"reference_training.pth", "model_ema", "module."},
      {"averaged_legacy.pth", "", "module."},
      {"aware_training.pth", "", ""},
      {"foreign_objects_legacy.pth", "model", "backbone."},
      {"tensor_subclass.pth", "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.file);
    const Weights weights = ReadWeights(DataFile(c.file));
    CHECK(weights.tensors.size() == 2);
    CheckTensor(weights.tensors, "layer.weight", {1, 2}, Ramp(2));
    CheckTensor(weights.tensors, "layer.bias", {1}, Ramp(1));
    CHECK(weights.place == c.place);
    CHECK(weights.prefix == c.prefix);
  }
}

TEST_CASE("storages that are views of others, as PyTorch before 0.4 wrote them") {
  const StateDict tensors = ReadWeights(DataFile("legacy_view.pth")).tensors;
  CHECK(tensors.size() == 1);
  CheckTensor(tensors, "view", {3}, {0, 0.25f, 0.5f});  // elements 1 to 3 of elements 2 to 5
}

TEST_CASE("files that hold something else than float weights are refused with advice") {
  struct Case {
    const char* file;
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {"os_system_zip.pth", {"refuses GLOBAL 'posix.system'", "no code was run"}},
      {"os_system_legacy.pth", {"refuses GLOBAL 'posix.system'", "no code was run"}},
      {"whole_model_zip.pth", {"holds an object of '__main__.Layer'", "model.state_dict()"}},
      {"torchscript.pth", {"TorchScript", "torch.jit.load"}},
      {"quantized.pth", {"quantised PyTorch model", "float model's state dict"}},
      {"complex.pth", {"torch.ComplexFloatStorage, which can't become float32"}},
      {"no_weights.pth", {"dict without tensors (keys: 'epoch', 'an int')"}},
      {"two_models.pth", {"weights under several keys ('student', 'teacher')"}},
      {"deflated.pth", {"'layer/data.pkl' is compressed", "zip -0"}},
      {"expanded.pth", {"'weight' has shape [1000] but its storage holds only 1"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.file);
    const std::filesystem::path file = DataFile(c.file);
    CheckRefused([&] { ReadWeights(file); }, c.expected, file.string());
  }
}

TEST_CASE("files of other formats are named for what they are") {
  using namespace std::string_literals;
  struct Case {
    std::string content;
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {"", {"is empty", "expected a PyTorch state dict"}},
      {"hello\n", {"is a text file"}},
      {"\n <!DOCTYPE HTML><title>404</title>", {"web page", "download failed"}},
      {"<html>", {"web page"}},
      {"version https://git-lfs.github.com/spec/v1\n", {"Git LFS pointer", "git lfs pull"}},
      {"\x08\x07\x12\x07pytorch:"s, {"looks like an ONNX model"}},
      {"\x1f\x8b\x08\0"s, {"gzip"}},
      {std::string(257, 'a') + "ustar\0"s, {"tar archive"}},
      {"\x01\x02\xff\xfe\x00\x01\x02\x03\x04"s, {"no known format", " 01 02 ff fe 00 01 02 03)"}},
      {"PK\x03\x04", {"damaged or truncated"}},
      {"PK\x05\x06"s + std::string(18, '\0'), {"no data.pkl"}},
      {"\x80\x02}q\0."s, {"not one that torch.save wrote"}},
      {"\x80\x02", {"ends too early", "truncated"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.content);
    const testing::ScratchFolder folder;
    const std::filesystem::path file = WriteScratch(folder, "model.pth", c.content);
    CheckRefused([&] { ReadWeights(file); }, c.expected, file.string());
  }
}

TEST_CASE("a file that is missing, or a folder, is an error that names it") {
  const testing::ScratchFolder folder;
  CHECK_THROWS_AS(ReadWeights(folder.path()), Error);
  CHECK_THROWS_AS(ReadWeights(folder.path() / "none.pth"), Error);
}

}  // namespace
}  // namespace quantbench
