// SPDX-License-Identifier: Apache-2.0
// Sessions and tensors of ONNX Runtime as owners, its statuses as plugin::Failure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api.h"

namespace quantbench::onnxruntime {

struct SessionChoice {
  int threads = 1;
  bool exact = false;           // full 8-bit products on x86 without VNNI
  int optimization_level = 99;  // all
};

// One model with one number of threads. Runs may overlap.
class OpenSession {
 public:
  // Throws Failure with ONNX Runtime's text: QB_UNSUPPORTED for a model that it refuses.
  OpenSession(const Api& api, const std::string& file, const SessionChoice& choice);

  const char* input_name() const { return input_.c_str(); }
  const char* output_name() const { return output_.c_str(); }
  Session* get() const { return session_.get(); }

 private:
  std::unique_ptr<Session, std::function<void(Session*)>> session_;
  std::string input_, output_;
};

// An input and an output of somebody's memory, made anew only where that changes.
class BoundTensors {
 public:
  // Shapes but for the batch size, which stands first.
  BoundTensors(const Api& api, std::vector<int64_t> input, std::vector<int64_t> output);
  ~BoundTensors();
  BoundTensors(const BoundTensors&) = delete;
  BoundTensors& operator=(const BoundTensors&) = delete;

  // Throws Failure with ONNX Runtime's text.
  void Run(const OpenSession& session, int batch_size, const float* input, float* output);

 private:
  struct Tensor {
    std::vector<int64_t> shape;
    Value* value = nullptr;
    const float* data = nullptr;
  };
  void Bind(Tensor& tensor, int batch_size, const float* data) const;

  const Api& api_;
  Tensor input_, output_;
};

}  // namespace quantbench::onnxruntime
