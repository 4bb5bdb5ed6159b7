// SPDX-License-Identifier: Apache-2.0
// The way from a file to a network.
#include "model/import.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "model/architectures/build_network.h"
#include "model/checkpoint/pickle.h"
#include "model/checkpoint/state_dict.h"
#include "model/foreign_model.h"
#include "model/onnx_import.h"
#include "support/error.h"
#include "support/files.h"
#include "support/no_such_file.h"
#include "support/number_text.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

// 64k squared pixels are beyond any photograph, and 32-bit padding arithmetic stays exact.
constexpr int kMaxInputExtent = 1 << 16;

// Mistakes that can be told before the file is read.
void CheckArchitecture(const std::string& name) {
  const std::vector<std::string> names = KnownArchitectures();
  if (name.empty() || std::ranges::find(names, name) != names.end()) return;
  throw Error("unknown architecture '" + name + "'; " +
              Allowed(name, std::vector<std::string_view>(names.begin(), names.end())) +
              " (docs/models.md); any other network can be given as ONNX: "
              "torch.onnx.export(model, images, 'model.onnx')");
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
                                            .folder = folder.empty() ? "." : folder,
                                            .pixels = source.pixels});
  graph.name = ModelName(source);
  return graph;
}

Graph ReadCheckpoint(const ModelSource& source, std::string* recognized) {
  Weights weights = ReadWeights(MappedFile(source.file).bytes());
  const std::string place = weights.place, prefix = weights.prefix;
  const size_t tensors = weights.tensors.size();
  BuiltNetwork built = BuildNetwork(std::move(weights), source);
  const bool plain = !source.architecture.empty() && place.empty() && prefix.empty();
  if (recognized != nullptr && !plain) {
    *recognized = built.architecture + " from " + CountText(tensors, "tensor");
    if (!place.empty()) *recognized += " under " + pickle::Quote(place);
    if (!prefix.empty())
      *recognized += ", without the prefix " + pickle::Quote(prefix) + " of their names";
  }
  return std::move(built.graph);
}

}  // namespace

std::optional<std::pair<int, int>> FixedInputSize(const std::filesystem::path& file) {
  if (!IsOnnxFile(file)) return std::nullopt;
  try {
    return FixedInputSize(MappedFile(file).bytes());
  } catch (const Error&) {
    return std::nullopt;
  }
}

Graph ImportModel(const ModelSource& source, std::string* recognized) {
  CheckSource(source);
  std::error_code ignored;
  if (!std::filesystem::exists(source.file, ignored)) throw Error(NoSuchFile(source.file));
  if (const auto foreign = DescribeForeignModel(source.file))
    throw Error("can't import '" + source.file.string() + "': " + *foreign);
  const bool onnx = IsOnnxFile(source.file);
  if (!onnx) CheckArchitecture(source.architecture);
  try {
    Graph graph = onnx ? ReadOnnx(source) : ReadCheckpoint(source, recognized);
    InferShapes(graph);
    return graph;
  } catch (const Error& error) {
    throw Error("can't import '" + source.file.string() + "': " + error.what());
  }
}

}  // namespace quantbench
