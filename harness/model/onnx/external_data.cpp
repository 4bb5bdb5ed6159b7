// SPDX-License-Identifier: Apache-2.0
// Opens external data with nothing of the path taken on trust.
#include "model/onnx/external_data.h"

#include <algorithm>

#include "support/error.h"
#include "support/printable.h"

namespace quantbench::onnx_import {

const MappedFile& ExternalData::Open(const std::string& location) {
  if (const auto known = files_.find(location); known != files_.end()) return known->second;
  const std::string name = "its external data '" + Printable(location) + "' ";
  if (folder_.empty()) throw Error(name + "can't be read: the model isn't in a file");
  const std::filesystem::path relative(location);
  const bool climbs = std::ranges::find(relative, "..") != relative.end();
  const bool has_nul = location.find('\0') != std::string::npos;
  if (location.empty() || relative.is_absolute() || climbs || has_nul)
    throw Error(name + "must be a path inside the model's folder");
  std::error_code failure;
  const std::filesystem::path folder = std::filesystem::canonical(folder_, failure);
  const std::filesystem::path file = std::filesystem::canonical(folder / relative, failure);
  if (failure)
    throw Error(name + "isn't there (" + failure.message() + "); it belongs beside the model in " +
                folder_.string());
  const auto [end, unused] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  if (end != folder.end()) throw Error(name + "is a link that leaves the model's folder");
  return files_.emplace(location, file).first->second;
}

std::span<const std::byte> ExternalData::Read(const std::string& location, int64_t offset,
                                              int64_t length) {
  const MappedFile& file = Open(location);
  const auto size = static_cast<int64_t>(file.bytes().size());
  if (length < 0 && offset >= 0 && offset <= size) length = size - offset;
  if (offset < 0 || length < 0 || offset > size || length > size - offset) {
    const std::string wanted =
        length < 0 ? "all bytes" : std::to_string(length) + (length == 1 ? " byte" : " bytes");
    throw Error("its external data are " + wanted + " from byte " + std::to_string(offset) +
                " on of '" + Printable(location) + "', which has " + std::to_string(size) +
                "; is that file cut off?");
  }
  return file.bytes().subspan(static_cast<size_t>(offset), static_cast<size_t>(length));
}

}  // namespace quantbench::onnx_import
