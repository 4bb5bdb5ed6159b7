// SPDX-License-Identifier: Apache-2.0
// What ONNX Runtime computes inside a model: a session of the same file whose layers are outputs.
#pragma once

#include <string>
#include <vector>

#include "session.h"

namespace quantbench::onnxruntime {

class LayerValues {
 public:
  // The model is that of the file, which names its values as quantbench/ext/model_file.h says.
  // Throws Failure with ONNX Runtime's text.
  LayerValues(const Api& api, const std::string& file, const SessionChoice& choice,
              const qb_model& model);

  // Calls the tap for each layer, in order. `input_name` and `input` are those of the model.
  void Run(const char* input_name, const Value* input, int batch_size, const qb_tap& tap) const;

 private:
  struct Layer {
    int32_t node;
    std::string name;  // of its result in the file
  };
  static std::vector<Layer> LayersOf(const qb_model& model);

  const Api& api_;
  const qb_model& model_;
  std::vector<Layer> layers_;
  SessionOwner session_;
};

}  // namespace quantbench::onnxruntime
