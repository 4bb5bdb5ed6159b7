// SPDX-License-Identifier: Apache-2.0
// Bytes of files, and for ONNX files those of the files that they name.
#include "model/source_hash.h"

#include <limits>
#include <set>
#include <string_view>

#include "model/foreign_model.h"
#include "model/onnx/external_data.h"
#include "model/onnx/proto.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

void AddLocation(const onnx::TensorProto& tensor, std::set<std::string>& locations) {
  for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") locations.insert(entry.value());
  }
}

// Files that tensors of the model lie in. Empty for what is no ONNX model: importing it says so.
std::set<std::string> LocationsIn(std::span<const std::byte> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  std::set<std::string> locations;
  onnx::ModelProto model;
  // Weights inside the file needn't be unpacked only to see that they are inside.
  if (text.find("location") == std::string_view::npos ||
      file.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !model.ParseFromArray(file.data(), static_cast<int>(file.size())))
    return locations;
  for (const onnx::TensorProto& tensor : model.graph().initializer())
    AddLocation(tensor, locations);
  for (const onnx::NodeProto& node : model.graph().node()) {
    for (const onnx::AttributeProto& attribute : node.attribute())
      AddLocation(attribute.t(), locations);
  }
  return locations;
}

}  // namespace

std::string HashModel(const ModelSource& source) {
  std::error_code ignored;
  if (std::filesystem::is_directory(source.file, ignored)) {
    throw Error("can't import '" + source.file.string() + "': " +
                DescribeForeignModel(source.file)
                    .value_or("it is a folder, not a regular file; give the model's own"));
  }
  const MappedFile mapped(source.file);
  const bool onnx = IsOnnxFile(source.file);
  Hasher hasher;
  hasher.Add("source").Add(ModelName(source)).Add(onnx ? 1 : 0).Add(HashBytes(mapped.bytes()));
  hasher.Add(source.architecture).Add(static_cast<int>(source.padding));
  hasher.Add(ToString(source.activation)).Add(source.input_height).Add(source.input_width);
  for (size_t c = 0; c < source.pixels.gain.size(); ++c)
    hasher.Add(double{source.pixels.gain[c]}).Add(double{source.pixels.offset[c]});
  if (!onnx) return hasher.Hex();
  const std::filesystem::path folder = source.file.parent_path();
  onnx_import::ExternalData external(folder.empty() ? "." : folder);
  try {
    for (const std::string& location : LocationsIn(mapped.bytes()))
      hasher.Add(location).Add(HashBytes(external.Read(location, 0, -1)));
  } catch (const Error& error) {
    throw Error("'" + source.file.string() + "': " + error.what());
  }
  return hasher.Hex();
}

}  // namespace quantbench
