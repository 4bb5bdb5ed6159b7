// SPDX-License-Identifier: Apache-2.0
// Signatures, names inside zip archives, and files that make a folder a model.
#include "model/foreign_model.h"

#include <algorithm>
#include <string_view>
#include <system_error>

#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

constexpr std::string_view kSavedModel =
    "it is a TensorFlow SavedModel; convert it: python3 -m tf2onnx.convert --saved-model FOLDER "
    "--output model.onnx";
constexpr std::string_view kCoreMl =
    "it is a Core ML model, which nothing converts back; export ONNX from what it was made with";
constexpr std::string_view kTensorRt =
    "it is a TensorRT engine, compiled for one kind of GPU; give the ONNX file that it was built "
    "from";
constexpr std::string_view kOpenVino =
    "it is an OpenVINO model (.xml with a .bin beside it); give the ONNX file that it was "
    "converted from";
constexpr std::string_view kKeras =
    "it is a Keras model; load it with keras.saving.load_model and export ONNX: "
    "model.export('model.onnx', format='onnx')";

struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view sentence;
};

constexpr Signature kSignatures[] = {
    {4, "TFL3",
     "it is a TensorFlow Lite model; convert it: python3 -m tf2onnx.convert --tflite FILE --output "
     "model.onnx"},
    {4, "ORTM",
     "it is ONNX Runtime's own format (.ort); give the .onnx file that it was made from"},
    {0, "\x89HDF",
     "it is an HDF5 file, most likely of Keras; load it with keras.saving.load_model and export "
     "ONNX: model.export('model.onnx', format='onnx')"},
    {0, "GGUF",
     "it is a GGUF file, weights for llama.cpp and its kin without a network; export ONNX from the "
     "framework that the network was trained in"},
    {0, "ftrt", kTensorRt},
    {0, "ptrt", kTensorRt},
    {0, "7767517\n",
     "it is an ncnn model (.param with a .bin beside it); give the ONNX file that it was converted "
     "from"},
};

// Of what is in a zip archive; their names stand at its end, uncompressed.
constexpr struct {
  std::string_view member;
  std::string_view sentence;
} kMembers[] = {
    {"model.weights.h5", kKeras},
    {"serialized_exported_program.json",
     "it is a program of torch.export (.pt2); convert it: "
     "torch.onnx.export(torch.export.load(FILE),"
     " f='model.onnx')"},
    {"archive_format",
     "it is a program of torch.export (.pt2); convert it: "
     "torch.onnx.export(torch.export.load(FILE),"
     " f='model.onnx')"},
};

constexpr struct {
  std::string_view file;
  std::string_view sentence;
} kFolders[] = {
    {"saved_model.pb", kSavedModel},
    {"Manifest.json", kCoreMl},
    {"pytorch_model.bin",
     "it is a folder of Hugging Face's transformers; export ONNX: optimum-cli export onnx --model "
     "FOLDER out"},
    {"model.safetensors",
     "it is a folder of Hugging Face's transformers; export ONNX: optimum-cli export onnx --model "
     "FOLDER out"},
};

constexpr size_t kZipDirectory = 1 << 16;  // bytes at the end that surely hold a few names

std::optional<std::string> DescribeFolder(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& known : kFolders) {
    if (std::filesystem::exists(folder / known.file, ignored)) return std::string(known.sentence);
  }
  return std::nullopt;
}

// A protobuf whose first field is specificationVersion (1 to 10 so far), then the description:
// ModelProto's ir_version begins alike, but goes on with other fields.
bool IsCoreMl(const std::filesystem::path& path, std::string_view content) {
  return path.extension() == ".mlmodel" && content.starts_with('\x08');
}

bool IsOpenVino(std::string_view content) {
  const std::string_view head = content.substr(0, 512);
  return head.starts_with("<") && head.find("<net ") != std::string_view::npos;
}

}  // namespace

std::optional<std::string> DescribeForeignModel(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return DescribeFolder(path);
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  try {
    const MappedFile file(path);
    const std::string_view content = file.text();
    for (const Signature& known : kSignatures) {
      if (content.substr(std::min(known.offset, content.size())).starts_with(known.bytes))
        return std::string(known.sentence);
    }
    if (content.starts_with("PK\x03\x04")) {
      const std::string_view end =
          content.substr(content.size() - std::min(content.size(), kZipDirectory));
      for (const auto& known : kMembers) {
        if (end.find(known.member) != std::string_view::npos) return std::string(known.sentence);
      }
    }
    if (IsCoreMl(path, content)) return std::string(kCoreMl);
    if (IsOpenVino(content)) return std::string(kOpenVino);
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace quantbench
