// SPDX-License-Identifier: Apache-2.0
// Sessions and tensors of ONNX Runtime as owners, its statuses as plugin::Failure.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api.h"
#include "quantbench/plugin.h"

namespace quantbench::onnxruntime {

struct SessionChoice {
  int threads = 1;
  bool exact = false;           // full 8-bit products on x86 without VNNI
  int optimization_level = 99;  // all
};

// Throws what a status says; null says nothing. `what` is the status of the failure.
void Require(const Api& api, Status* status, qb_status what = QB_FAILED);
const MemoryInfo* TheMemoryInfo(const Api& api);

// A session of a file or, where `bytes` aren't empty, of these. Throws as OpenSession does.
using SessionOwner = std::unique_ptr<Session, std::function<void(Session*)>>;
SessionOwner NewSession(const Api& api, const std::string& file, std::string_view bytes,
                        const SessionChoice& choice);

// One model with one number of threads. Runs may overlap.
class OpenSession {
 public:
  // Throws Failure with ONNX Runtime's text: QB_UNSUPPORTED for a model that it refuses.
  OpenSession(const Api& api, const std::string& file, const SessionChoice& choice);

  const char* input_name() const { return input_.c_str(); }
  const char* output_name() const { return output_.c_str(); }
  Session* get() const { return session_.get(); }

 private:
  SessionOwner session_;
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
  const Value* input() const { return input_.value; }  // of the last run

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
