// SPDX-License-Identifier: Apache-2.0
// Models of other frameworks are called what they are, with the way to ONNX.
#include "model/foreign_model.h"

#include <doctest/doctest.h>

#include <string>

#include "model/import.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using namespace std::string_literals;
using testing::DataFile;
using testing::WriteScratch;

TEST_CASE("a model of another framework is named, whatever the file is called") {
  struct Format {
    const char* name;  // of the file
    std::string content;
    const char* says;
    const char* way;
  };
  const Format formats[] = {
      {"a.tflite", "\x1c\0\0\0TFL3\x14\0"s, "TensorFlow Lite", "tf2onnx.convert --tflite"},
      {"a.onnx", "\x1c\0\0\0TFL3\x14\0"s, "TensorFlow Lite", "tf2onnx.convert --tflite"},
      {"a.h5", "\x89HDF\r\n\x1a\n"s, "HDF5", "model.export('model.onnx'"},
      {"a.keras", "PK\x03\x04...PK\x01\x02 model.weights.h5"s, "Keras", "model.export"},
      {"a.pt2", "PK\x03\x04...PK\x01\x02 a/archive_format"s, "torch.export", "torch.onnx.export"},
      {"a.gguf", "GGUF\x03\0\0\0"s, "GGUF", "export ONNX from the framework"},
      {"a.engine", "ftrt\0\0"s, "TensorRT", "ONNX file that it was built from"},
      {"a.ort", "\x24\0\0\0ORTM"s, "ONNX Runtime's own format", ".onnx file"},
      {"a.mlmodel", "\x08\x04\x12\x10"s, "Core ML", "export ONNX"},
      {"a.xml", "<?xml version=\"1.0\"?>\n<net name=\"a\" version=\"11\">", "OpenVINO",
       "ONNX file"},
      {"a.param", "7767517\n75 83\n", "ncnn", "ONNX file"},
  };
  const testing::ScratchFolder folder;
  for (const Format& format : formats) {
    CAPTURE(format.name);
    const auto file = WriteScratch(folder, format.name, format.content);
    testing::CheckRefused([&] { ImportModel({.file = file}); },
                          {"can't import", format.name, format.says, format.way});
  }
}

TEST_CASE("a folder that is a model is named") {
  struct Folder {
    const char* file;
    const char* says;
  };
  for (const Folder& one : {Folder{"saved_model.pb", "SavedModel"},
                            {"Manifest.json", "Core ML"},
                            {"pytorch_model.bin", "optimum-cli"}}) {
    CAPTURE(one.file);
    const testing::ScratchFolder folder;
    WriteScratch(folder, one.file, "x");
    testing::CheckRefused([&] { ImportModel({.file = folder.path()}); }, {one.says});
  }
}

TEST_CASE("what is ours, or isn't known, isn't foreign") {
  const testing::ScratchFolder folder;
  for (const auto& file :
       {DataFile("all_types_zip.pth"), DataFile("all_types_legacy.pth"),
        WriteScratch(folder, "text", "hello"), WriteScratch(folder, "empty", ""),
        WriteScratch(folder, "short", "PK"), folder.path(), folder.path() / "none"}) {
    CAPTURE(file);
    CHECK(!DescribeForeignModel(file));
  }
}

}  // namespace
}  // namespace quantbench
