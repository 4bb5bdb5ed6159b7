// SPDX-License-Identifier: Apache-2.0
// Runs any operator as the SDK's naive default, with the layout changed around it.
#include "layout.h"
#include "simple_steps.h"

namespace quantbench::engine {
namespace {

constexpr int64_t kMostInputs = 16;

int64_t Rounded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

plugin::Tensor TensorOf(const qb_tensor& info, void* data) {
  plugin::Tensor tensor{.info = &info, .data = data};
  for (int32_t d = 0; d < info.rank; ++d) tensor.dims[d] = info.dims[d];
  if (info.data == nullptr) tensor.dims[0] = 1;
  return tensor;
}

}  // namespace

ReferenceStep::ReferenceStep(const qb_model& model, const qb_node& node,
                             std::vector<const Value*> inputs, const Value& y)
    : model_(model),
      node_(node),
      inputs_(std::move(inputs)),
      y_(y),
      operators_(std::make_unique<plugin::Operators>()) {
  if (node.num_inputs <= kMostInputs) return;
  throw plugin::Failure(QB_UNSUPPORTED, std::string("node '") + node.name + "': operator " +
                                            std::to_string(node.op) + " with " +
                                            std::to_string(node.num_inputs) +
                                            " inputs is not known to this plugin");
}

int64_t ReferenceStep::scratch_bytes() const {
  int64_t bytes = Rounded(y_.dense_bytes());
  for (const Value* const x : inputs_) bytes += x == nullptr ? 0 : Rounded(x->dense_bytes());
  return bytes;
}

void ReferenceStep::RunImage(const RunState& state, int64_t image, std::byte* scratch) const {
  plugin::Tensor tensors[kMostInputs];
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const qb_tensor& info = *model_.tensors[node_.inputs[i]];
    if (inputs_[i] == nullptr) {
      tensors[i] = TensorOf(info, const_cast<void*>(info.data));
      continue;
    }
    ToDenseBytes(*inputs_[i], state.At<const std::byte>(*inputs_[i], image), scratch);
    tensors[i] = TensorOf(info, scratch);
    scratch += Rounded(inputs_[i]->dense_bytes());
  }
  const plugin::Call call{.node = &node_,
                          .inputs = {tensors, inputs_.size()},
                          .output = TensorOf(*y_.info, scratch),
                          .parallel = plugin::Parallel(nullptr)};
  operators_->Run(call);
  FromDenseBytes(y_, scratch, state.At<std::byte>(y_, image));
}

void ReferenceStep::Run(const Work& work) const {
  work.team.ForEach(work.images(), [&](int64_t i, int worker) {
    RunImage(work.state, work.first_image + i, work.state.ScratchOf(worker));
  });
}

}  // namespace quantbench::engine
