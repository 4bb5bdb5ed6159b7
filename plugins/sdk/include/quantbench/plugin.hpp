// SPDX-License-Identifier: Apache-2.0
// C++ help for plugin authors: a ready executor over one virtual function an operator.
//
// Derive from Operators, override what you accelerate, and name the class at the end of the file:
//
//     class Mine : public quantbench::plugin::Operators { ... };
//     QUANTBENCH_PLUGIN(Mine)
//
// Whatever isn't overridden runs as the naive reference operator, so a plugin that only brings a
// convolution is already complete. plugins/hello is such a plugin, to copy. Link the CMake target
// quantbench::plugin.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "quantbench/plugin.h"

namespace quantbench::plugin {

// Thrown by plugin code; leaves the plugin as this status with this text.
class Failure : public std::runtime_error {
 public:
  Failure(qb_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  qb_status status() const { return status_; }

 private:
  qb_status status_;
};

// One tensor of a running model: dims has the batch size filled in.
struct Tensor {
  const qb_tensor* info = nullptr;
  int64_t dims[QB_MAX_RANK] = {1, 1, 1, 1};  // [n, c, h, w]; missing trailing dimensions are 1
  void* data = nullptr;

  template <class T>
  T* As() const {
    return static_cast<T*>(data);
  }
  int64_t count() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
  float scale(int64_t channel = 0) const {
    return info->scales[info->num_qparams == 1 ? 0 : channel];
  }
  int32_t zero_point() const { return info->zero_points[0]; }
};

// The host's threads.
class Parallel {
 public:
  explicit Parallel(const qb_parallel* parallel) : parallel_(parallel) {}
  int threads() const { return parallel_ == nullptr ? 1 : parallel_->threads; }

  // Calls body(i, worker) for each i in [0, count); see qb_parallel. Body must not throw.
  template <class Body>
  void ForEach(int64_t count, Body&& body) const {
    if (threads() == 1) {
      for (int64_t i = 0; i < count; ++i) body(i, 0);
      return;
    }
    parallel_->for_each(
        parallel_->pool, count,
        [](void* data, int64_t i, int32_t worker) {
          (*static_cast<std::remove_reference_t<Body>*>(data))(i, worker);
        },
        const_cast<void*>(static_cast<const void*>(&body)));
  }

 private:
  const qb_parallel* parallel_;
};

// Everything one operator needs: inputs are the node's, weights and biases included.
struct Call {
  const qb_node* node;
  std::span<const Tensor> inputs;
  Tensor output;
  Parallel parallel;
};

// One object for each prepared model. Each function computes call.output from call.inputs, for
// float and integer tensors alike (output.info->dtype tells), as arithmetic.md says; several calls
// may run at once.
class Operators {
 public:
  virtual ~Operators();

  // Called once before any run, for instance to pack weights. Throw Failure(QB_UNSUPPORTED, why)
  // for what can't be run.
  virtual void Prepare(const qb_model& model);

  // Computes any node by calling what belongs to its operator: one of the functions below, or the
  // naive one of an operator that has none there.
  virtual void Run(const Call& call);

  virtual void Conv(const Call& call);
  virtual void Linear(const Call& call);
  virtual void Add(const Call& call);
  virtual void GlobalAveragePool(const Call& call);
  virtual void AveragePool(const Call& call);
  virtual void MaxPool(const Call& call);
  virtual void Concat(const Call& call);
  virtual void Flatten(const Call& call);
  virtual void Activation(const Call& call);
  virtual void Quantize(const Call& call);
  virtual void Dequantize(const Call& call);
  virtual void DynamicConv(const Call& call);
  virtual void DynamicLinear(const Call& call);
  virtual void Unary(const Call& call);  // those of IsUnary in arithmetic.hpp
  virtual void Mul(const Call& call);
  virtual void ChannelShuffle(const Call& call);
  virtual void Slice(const Call& call);
  virtual void Reshape(const Call& call);
  virtual void Softmax(const Call& call);
  virtual void Gather(const Call& call);
  virtual void PRelu(const Call& call);
  virtual void Lrn(const Call& call);
  virtual void LogSoftmax(const Call& call);
};

// Throws Failure(QB_UNSUPPORTED) for an operator or activation that this version doesn't know.
void RequireKnown(const qb_node& node);

// Where each activation of a model lies in one block of memory, such that tensors alive at the same
// time don't overlap.
struct MemoryPlan {
  std::vector<int64_t>
      offsets;  // [num_tensors] bytes for one image, multiples of 64; -1: constant, input or output
  int64_t bytes_per_image = 0;  // for a batch of n, multiply offsets and size by n
};
MemoryPlan PlanMemory(const qb_model& model);

// The same for an executor with steps and layouts of its own.
struct Lifetime {
  int32_t first = -1;  // step that writes the tensor; -1: it needs no memory
  int32_t last = -1;   // last step that reads it
  int64_t bytes = 0;   // of one image, a multiple of 64
};
MemoryPlan PlanLifetimes(std::span<const Lifetime> lives);

int64_t DtypeBytes(qb_dtype dtype);

namespace detail {

// What MakePlugin asks of the author's class.
struct Description {
  std::unique_ptr<Operators> (*make)(std::string_view isa);
  void (*probe)(std::string_view isa);
  const char* const* isas;
};

qb_status Probe(const Description& description, const char* isa, qb_error error);
qb_status Prepare(const Description& description, const qb_prepare* request,
                  qb_executable** executable, qb_error error);
const char* ExecutableIsa(const qb_executable* executable);
qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size, int32_t threads,
                        qb_context** context, qb_error error);
qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error);
void DestroyContext(qb_context* context);
void DestroyExecutable(qb_executable* executable);

template <class Backend>
inline constexpr Description kDescription{
    .make = [](std::string_view isa) -> std::unique_ptr<Operators> {
      return std::make_unique<Backend>(isa);
    },
    .probe = &Backend::Probe,
    .isas = Backend::kIsas};

}  // namespace detail

// The plugin table of a class derived from Operators that has
//   static constexpr char kName[], kVersion[], kDescription[];
//   static constexpr const char* kIsas[] = {..., nullptr};   best first
//   static void Probe(std::string_view isa);  throws Failure(QB_UNSUPPORTED, why) where not here
//   explicit Backend(std::string_view isa);
// and, where it has optional abilities (quantbench/ext/), their structs by id or NULL:
//   static const void* Extension(std::string_view id);
template <class Backend>
constexpr qb_plugin MakePlugin() {
  qb_plugin table{};
  table.struct_size = sizeof(qb_plugin);
  table.name = Backend::kName;
  table.version = Backend::kVersion;
  table.description = Backend::kDescription;
  table.isas = Backend::kIsas;
  table.probe = [](const char* isa, qb_error error) {
    return detail::Probe(detail::kDescription<Backend>, isa, error);
  };
  table.prepare = [](const qb_prepare* request, qb_executable** executable, qb_error error) {
    return detail::Prepare(detail::kDescription<Backend>, request, executable, error);
  };
  table.executable_isa = &detail::ExecutableIsa;
  table.create_context = &detail::CreateContext;
  table.run = &detail::Run;
  table.destroy_context = &detail::DestroyContext;
  table.destroy_executable = &detail::DestroyExecutable;
  if constexpr (requires { Backend::Extension(std::string_view()); }) {
    table.extension = [](const char* id) -> const void* { return Backend::Extension(id); };
  }
  return table;
}

}  // namespace quantbench::plugin

#define QUANTBENCH_PLUGIN(Backend)                                \
  extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1 = \
      quantbench::plugin::MakePlugin<Backend>();
