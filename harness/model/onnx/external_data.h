// SPDX-License-Identifier: Apache-2.0
// Tensor data that an ONNX file keeps in other files beside it.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "support/files.h"

namespace quantbench::onnx_import {

class ExternalData {
 public:
  // `folder` is the model's: nothing outside it is ever opened. Empty: there is none.
  explicit ExternalData(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `length` bytes (or, for -1, all from `offset`) of a file, valid as long as this object. Throws
  // Error: a location that is absolute or leaves the folder (also by a link), no such file, or
  // bytes outside it.
  std::span<const std::byte> Read(const std::string& location, int64_t offset, int64_t length);

 private:
  const MappedFile& Open(const std::string& location);

  std::filesystem::path folder_;
  std::map<std::string, MappedFile> files_;
};

}  // namespace quantbench::onnx_import
