// SPDX-License-Identifier: Apache-2.0
// The architectures by name, and the way from a file to one of them.
#include "model/import.h"

#include <algorithm>
#include <utility>

#include "model/checkpoint/state_dict.h"
#include "model/mobilenet_v2.h"
#include "model/onnx/importer.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

struct Architecture {
  const char* name;
  Graph (*build)(StateDict tensors, const ModelSource& source);
};

constexpr Architecture kArchitectures[] = {{"mobilenet_v2", BuildMobileNetV2}};

// 64k squared pixels are beyond any photograph, and 32-bit padding arithmetic stays exact.
constexpr int kMaxInputExtent = 1 << 16;

const Architecture& FindArchitecture(const std::string& name) {
  const auto* const found = std::ranges::find(kArchitectures, name, &Architecture::name);
  if (found != std::end(kArchitectures)) return *found;
  std::string known;
  for (const std::string& each : KnownArchitectures()) known += (known.empty() ? "" : ", ") + each;
  throw Error((name.empty() ? "a state dict holds weights but no network, so name its architecture"
                            : "unknown architecture '" + name + "'") +
              "; known: " + known);
}

void CheckSource(const ModelSource& source) {
  for (const int extent : {source.input_height, source.input_width}) {
    if (extent < 1 || extent > kMaxInputExtent)
      throw Error("the input size " + std::to_string(source.input_height) + "x" +
                  std::to_string(source.input_width) + " must lie between 1 and " +
                  std::to_string(kMaxInputExtent));
  }
  if (source.activation == Activation::kNone)
    throw Error("the activation of a network must be relu or relu6, not none");
}

Graph ReadOnnx(const ModelSource& source) {
  const MappedFile mapped(source.file);
  const std::filesystem::path folder = source.file.parent_path();
  Graph graph = ImportOnnx(mapped.bytes(), {.input_height = source.input_height,
                                            .input_width = source.input_width,
                                            .folder = folder.empty() ? "." : folder});
  graph.name = ModelName(source);
  return graph;
}

Graph ReadStateDictOf(const ModelSource& source, const Architecture& architecture) {
  StateDict tensors = ReadStateDict(source.file);
  return architecture.build(std::move(tensors), source);
}

}  // namespace

bool IsOnnxFile(const std::filesystem::path& file) { return file.extension() == ".onnx"; }

std::string ModelName(const ModelSource& source) {
  return IsOnnxFile(source.file) || source.architecture.empty() ? source.file.stem().string()
                                                                : source.architecture;
}

std::vector<std::string> KnownArchitectures() {
  std::vector<std::string> names;
  for (const Architecture& architecture : kArchitectures) names.emplace_back(architecture.name);
  return names;
}

Graph ImportModel(const ModelSource& source) {
  CheckSource(source);
  const bool onnx = IsOnnxFile(source.file);
  const Architecture* const architecture = onnx ? nullptr : &FindArchitecture(source.architecture);
  try {
    Graph graph = onnx ? ReadOnnx(source) : ReadStateDictOf(source, *architecture);
    InferShapes(graph);
    return graph;
  } catch (const Error& error) {
    throw Error("can't import '" + source.file.string() + "': " + error.what());
  }
}

}  // namespace quantbench
