// SPDX-License-Identifier: Apache-2.0
// Predictions that were made before.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "record/accuracy.h"

namespace quantbench {

// Folder `predictions` of a cache, one file under a checksum for each key. Files appear whole, by
// rename, so that several runs may share the folder.
class PredictionsCache {
 public:
  explicit PredictionsCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Where the entry of a key is or will be.
  std::filesystem::path PathOf(const std::string& key) const { return folder_ / (key + ".json"); }
  // Nothing where there is no entry, or where it is damaged: `problem` then says how.
  std::optional<Predictions> Find(const std::string& key, std::string& problem) const;
  // Throws WriteError.
  void Store(const std::string& key, const Predictions& predictions) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace quantbench
