// SPDX-License-Identifier: Apache-2.0
// A qb_model as one flat file: written once, mapped by every process that runs it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "quantbench/plugin.h"
#include "support/files.h"

namespace quantbench {

// The file's bytes: structs with offsets where pointers were, names, and constant data at multiples
// of 64 bytes, all under a checksum. For this build on this machine, not for interchange: that is
// what the ONNX file is for.
std::string FlattenModel(const qb_model& model);

// A model file mapped into memory. Its weights are the file's pages, shared with every other
// process that maps it.
class MappedModel {
 public:
  // Throws Error that names the file: it can't be read, is damaged, or is another build's.
  explicit MappedModel(const std::filesystem::path& file);
  // The structs point into each other.
  MappedModel(const MappedModel&) = delete;
  MappedModel& operator=(const MappedModel&) = delete;

  const qb_model& get() const { return model_; }

 private:
  void Load();

  MappedFile file_;
  std::vector<qb_tensor> tensors_;
  std::vector<qb_node> nodes_;
  std::vector<const qb_tensor*> tensor_pointers_;
  std::vector<const qb_node*> node_pointers_;
  qb_model model_{};
};

}  // namespace quantbench
