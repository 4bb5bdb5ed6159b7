// SPDX-License-Identifier: Apache-2.0
// A case's model as a graph again, for engines that want it as the file that runs export.
#pragma once

#include <filesystem>

#include "backend/backend.h"
#include "graph/quantized_graph.h"

namespace quantbench::conformance {

// Refers to nothing of the model. A graph without a quantised value or weight is float. Throws
// Unsupported for what a file can't say: a table that isn't that of a known function, and operators
// and activations that aren't known.
QuantizedGraph GraphOf(const qb_model& model);

// The model as an ONNX file, written by what writes those of runs; removed with the object. Nothing
// where the backend takes no file.
class CaseFile {
 public:
  CaseFile(const Backend& backend, const qb_model& model);
  ~CaseFile();
  CaseFile(const CaseFile&) = delete;
  CaseFile& operator=(const CaseFile&) = delete;

  PrepareExtras extras() const { return {.model_file = path_}; }
  // For qb_prepare: null where there is none.
  const char* c_str() const { return path_.empty() ? nullptr : path_.c_str(); }

 private:
  std::filesystem::path path_;
};

}  // namespace quantbench::conformance
