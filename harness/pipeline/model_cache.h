// SPDX-License-Identifier: Apache-2.0
// Models that were quantised before: a flat file for workers and an ONNX file each.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace quantbench {

struct CachedModel {
  std::filesystem::path flat;  // of FlattenModel
  std::filesystem::path onnx;
};

// Folder `models` of a cache. Entries appear whole, by rename, so that several runs may share it.
class ModelCache {
 public:
  explicit ModelCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Where the entry of a key is or will be.
  CachedModel PathsOf(const std::string& key) const;
  // The entry, with both files verified. Nothing where there is none, or where it is damaged:
  // `problem` then says how.
  std::optional<CachedModel> Find(const std::string& key, std::string& problem) const;
  // Call when both files of the entry are written: from here on it is found. Throws WriteError.
  void Seal(const std::string& key) const;

 private:
  std::filesystem::path SealOf(const std::string& key) const;
  std::filesystem::path folder_;
};

}  // namespace quantbench
