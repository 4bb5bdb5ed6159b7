// SPDX-License-Identifier: Apache-2.0
// Calls of ONNX Runtime's C interface.
#include "session.h"

#include <algorithm>

#include "quantbench/plugin.hpp"

namespace quantbench::onnxruntime {

void Require(const Api& api, Status* status, qb_status what) {
  if (status == nullptr) return;
  std::string text = api.get_error_message(status);
  const ErrorCode code = api.get_error_code(status);
  api.release_status(status);
  std::replace(text.begin(), text.end(), '\n', ' ');
  throw plugin::Failure(code == kNoSuchFile ? QB_FAILED : what, "ONNX Runtime: " + text);
}

namespace {

// Of the process, as ONNX Runtime wants it. Never released: threads may still log at exit.
const Env* TheEnv(const Api& api) {
  static const Env* const env = [&] {
    Env* made = nullptr;
    Require(api, api.create_env(kLogErrors, "quantbench", &made));
    return made;
  }();
  return env;
}

}  // namespace

const MemoryInfo* TheMemoryInfo(const Api& api) {
  static const MemoryInfo* const info = [&] {
    MemoryInfo* made = nullptr;
    Require(api, api.create_cpu_memory_info(kDeviceAllocator, kDefaultMemory, &made));
    return made;
  }();
  return info;
}

namespace {

// Arena, memory patterns and spinning within a run are ONNX Runtime's own defaults: what people
// deploy. Only behind a run no thread spins, or it would slow down whatever runs next.
void Configure(const Api& api, const SessionChoice& choice, SessionOptions* options) {
  Require(api, api.set_session_execution_mode(options, kSequential));
  Require(api, api.set_intra_op_num_threads(options, choice.threads));
  Require(api, api.set_inter_op_num_threads(options, 1));
  Require(api, api.set_session_graph_optimization_level(options, choice.optimization_level));
  Require(api, api.add_session_config_entry(options, "session.force_spinning_stop", "1"));
  if (choice.exact)
    Require(api, api.add_session_config_entry(options, "session.x64quantprecision", "1"));
}

}  // namespace

SessionOwner NewSession(const Api& api, const std::string& file, std::string_view bytes,
                        const SessionChoice& choice) {
  const Env* const env = TheEnv(api);
  SessionOptions* made = nullptr;
  Require(api, api.create_session_options(&made));
  const auto release = [&](SessionOptions* options) { api.release_session_options(options); };
  const std::unique_ptr<SessionOptions, decltype(release)> options(made, release);
  Configure(api, choice, options.get());
  Session* session = nullptr;
  // What it doesn't take is a model that it can't run.
  Require(api,
          bytes.empty() ? api.create_session(env, file.c_str(), options.get(), &session)
                        : api.create_session_from_array(env, bytes.data(), bytes.size(),
                                                        options.get(), &session),
          QB_UNSUPPORTED);
  return {session, [release = api.release_session](Session* one) { release(one); }};
}

namespace {

template <class GetName>
std::string NameOf(const Api& api, const Session* session, const GetName& get_name) {
  Allocator* allocator = nullptr;
  Require(api, api.get_allocator_with_default_options(&allocator));
  char* text = nullptr;
  Require(api, get_name(session, 0, allocator, &text));
  std::string name = text;
  Require(api, api.allocator_free(allocator, text));
  return name;
}

void RequireOneInputAndOutput(const Api& api, const Session* session) {
  size_t inputs = 0, outputs = 0;
  Require(api, api.session_get_input_count(session, &inputs));
  Require(api, api.session_get_output_count(session, &outputs));
  if (inputs == 1 && outputs == 1) return;
  throw plugin::Failure(QB_UNSUPPORTED, "the model file has " + std::to_string(inputs) +
                                            " inputs and " + std::to_string(outputs) +
                                            " outputs; one of each is what can be measured");
}

}  // namespace

OpenSession::OpenSession(const Api& api, const std::string& file, const SessionChoice& choice)
    : session_(NewSession(api, file, {}, choice)) {
  RequireOneInputAndOutput(api, session_.get());
  input_ = NameOf(api, session_.get(), api.session_get_input_name);
  output_ = NameOf(api, session_.get(), api.session_get_output_name);
}

BoundTensors::BoundTensors(const Api& api, std::vector<int64_t> input, std::vector<int64_t> output)
    : api_(api), input_{.shape = std::move(input)}, output_{.shape = std::move(output)} {
  for (Tensor* const tensor : {&input_, &output_}) tensor->shape[0] = 0;
}

BoundTensors::~BoundTensors() {
  for (const Tensor* const tensor : {&input_, &output_}) {
    if (tensor->value != nullptr) api_.release_value(tensor->value);
  }
}

void BoundTensors::Bind(Tensor& tensor, int batch_size, const float* data) const {
  if (tensor.value != nullptr && tensor.data == data && tensor.shape[0] == batch_size) return;
  if (tensor.value != nullptr) api_.release_value(tensor.value);
  tensor.value = nullptr;
  tensor.data = data;
  tensor.shape[0] = batch_size;
  size_t bytes = sizeof(float);
  for (const int64_t extent : tensor.shape) bytes *= static_cast<size_t>(extent);
  // It writes to outputs alone.
  Require(api_, api_.create_tensor_with_data_as_ort_value(
                    TheMemoryInfo(api_), const_cast<float*>(data), bytes, tensor.shape.data(),
                    tensor.shape.size(), kFloat32, &tensor.value));
}

void BoundTensors::Run(const OpenSession& session, int batch_size, const float* input,
                       float* output) {
  Bind(input_, batch_size, input);
  Bind(output_, batch_size, output);
  const char* const input_name = session.input_name();
  const char* const output_name = session.output_name();
  const Value* const inputs[] = {input_.value};
  Value* outputs[] = {output_.value};
  Require(api_, api_.run(session.get(), nullptr, &input_name, inputs, 1, &output_name, 1, outputs));
}

}  // namespace quantbench::onnxruntime
