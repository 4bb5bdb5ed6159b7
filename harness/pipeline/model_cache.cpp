// SPDX-License-Identifier: Apache-2.0
// Two files and a third with their hashes, written last.
#include "pipeline/model_cache.h"

#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

std::string SealText(const CachedModel& model) {
  return "quantbench model 1\n" + HashFile(model.flat) + " flat\n" + HashFile(model.onnx) +
         " onnx\n";
}

}  // namespace

CachedModel ModelCache::PathsOf(const std::string& key) const {
  return {.flat = folder_ / (key + ".model"), .onnx = folder_ / (key + ".onnx")};
}

std::filesystem::path ModelCache::SealOf(const std::string& key) const {
  return folder_ / (key + ".sealed");
}

std::optional<CachedModel> ModelCache::Find(const std::string& key, std::string& problem) const {
  std::error_code ignored;
  if (!std::filesystem::exists(SealOf(key), ignored)) return std::nullopt;
  CachedModel model = PathsOf(key);
  try {
    if (ReadTextFile(SealOf(key)) == SealText(model)) return model;
    problem = "'" + model.flat.string() + "' or the .onnx file beside it is damaged";
  } catch (const Error& error) {
    problem = error.what();
  }
  return std::nullopt;
}

void ModelCache::Seal(const std::string& key) const {
  WriteFileAtomically(SealOf(key), SealText(PathsOf(key)));
}

}  // namespace quantbench
