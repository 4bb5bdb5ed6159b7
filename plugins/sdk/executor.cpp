// SPDX-License-Identifier: Apache-2.0
// The ready executor: walks a model's nodes and calls the author's operators.
#include <chrono>
#include <cstring>
#include <new>

#include "quantbench/guard.hpp"
#include "quantbench/plugin.hpp"

struct qb_executable {
  const qb_model* model = nullptr;
  std::string isa;
  std::unique_ptr<quantbench::plugin::Operators> operators;
  quantbench::plugin::MemoryPlan plan;
  size_t most_inputs = 0;
};

namespace {

struct AlignedDelete {
  void operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{64}); }
};

}  // namespace

struct qb_context {
  int32_t max_batch_size = 0;
  std::unique_ptr<std::byte[], AlignedDelete> arena;
  std::vector<quantbench::plugin::Tensor>
      inputs;  // of the node that runs, kept to allocate nothing in run
};

namespace quantbench::plugin::detail {
namespace {

// The tensor with its data: constant, the run's input or output, or its place in the arena.
Tensor Bind(const qb_executable& executable, const qb_context& context, const qb_run& request,
            int32_t index) {
  const qb_model& model = *executable.model;
  const qb_tensor& info = *model.tensors[index];
  Tensor tensor{.info = &info};
  for (int32_t d = 0; d < info.rank; ++d) {
    tensor.dims[d] = d == 0 && info.data == nullptr ? request.batch_size : info.dims[d];
  }
  if (info.data != nullptr) {
    tensor.data = const_cast<void*>(info.data);
  } else if (index == model.input) {
    tensor.data = const_cast<float*>(request.input);
  } else if (index == model.output) {
    tensor.data = request.output;
  } else {
    const int64_t offset = executable.plan.offsets[static_cast<size_t>(index)];
    tensor.data = context.arena.get() + offset * request.batch_size;
  }
  return tensor;
}

void RunNode(const qb_executable& executable, qb_context& context, const qb_run& request,
             int32_t n) {
  const qb_node& node = *executable.model->nodes[n];
  context.inputs.clear();
  for (int32_t i = 0; i < node.num_inputs; ++i) {
    context.inputs.push_back(Bind(executable, context, request, node.inputs[i]));
  }
  const Call call{.node = &node,
                  .inputs = context.inputs,
                  .output = Bind(executable, context, request, node.output),
                  .parallel = Parallel(request.parallel)};
  const auto start = std::chrono::steady_clock::now();
  executable.operators->Run(call);
  if (request.tap == nullptr) return;
  const auto elapsed = std::chrono::steady_clock::now() - start;
  request.tap->node_done(
      request.tap->user, n, call.output.data,
      static_cast<uint64_t>(call.output.count() * DtypeBytes(call.output.info->dtype)),
      std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
}

// The author's probe sees only ISA paths that the table names.
void ProbeKnown(const Description& description, const char* isa) {
  for (const char* const* known = description.isas; *known != nullptr; ++known) {
    if (std::strcmp(*known, isa) == 0) return description.probe(isa);
  }
  throw Failure(QB_UNSUPPORTED, std::string("there is no ISA path '") + isa + "'");
}

}  // namespace

qb_status Probe(const Description& description, const char* isa, qb_error error) {
  return Guarded(error, [&] { ProbeKnown(description, isa); });
}

qb_status Prepare(const Description& description, const qb_prepare* request,
                  qb_executable** executable, qb_error error) {
  return Guarded(error, [&] {
    CheckPrepare(*request);
    ProbeKnown(description, request->isa);
    auto made = std::make_unique<qb_executable>();
    made->model = request->model;
    made->isa = request->isa;
    made->operators = description.make(request->isa);
    for (int32_t n = 0; n < request->model->num_nodes; ++n) {
      const qb_node& node = *request->model->nodes[n];
      RequireKnown(node);  // now rather than in the first run
      made->most_inputs = std::max(made->most_inputs, static_cast<size_t>(node.num_inputs));
    }
    made->operators->Prepare(*request->model);
    made->plan = PlanMemory(*request->model);
    *executable = made.release();
  });
}

const char* ExecutableIsa(const qb_executable* executable) { return executable->isa.c_str(); }

qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size,
                        int32_t /*threads*/, qb_context** context, qb_error error) {
  return Guarded(error, [&] {
    CheckContext(max_batch_size);
    auto made = std::make_unique<qb_context>();
    made->max_batch_size = max_batch_size;
    made->inputs.reserve(executable->most_inputs);
    const auto bytes = static_cast<size_t>(executable->plan.bytes_per_image * max_batch_size);
    made->arena.reset(new (std::align_val_t{64}) std::byte[bytes]);
    *context = made.release();
  });
}

qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error) {
  return Guarded(error, [&] {
    CheckRun(*request, context->max_batch_size);
    for (int32_t n = 0; n < executable->model->num_nodes; ++n)
      RunNode(*executable, *context, *request, n);
  });
}

void DestroyContext(qb_context* context) { delete context; }

void DestroyExecutable(qb_executable* executable) { delete executable; }

}  // namespace quantbench::plugin::detail
