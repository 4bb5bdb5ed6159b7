// SPDX-License-Identifier: Apache-2.0
// Runs the float operators of the host with a tap on every node.
#include "quantize/collect.h"

#include <algorithm>
#include <exception>

#include "backend/backend.h"
#include "support/error.h"

namespace quantbench {
namespace {

// All statistics of all tensors, as a tap on a running model. Between nodes the pool is free, so a
// tensor is observed by all workers.
class Collector {
 public:
  Collector(const CalibrationRequest& request, const AbiModel& model,
            std::span<std::vector<Statistic>* const> targets, ThreadPool& pool)
      : graph_(request.graph),
        model_(model),
        targets_(targets),
        pool_(pool),
        observed_(ObservedValues(request.graph)) {}

  void ObserveValue(ValueId value, std::span<const float> batch) {
    const auto v = static_cast<size_t>(value);
    if (!observed_[v]) return;
    const std::optional<Range> range = FiniteRange(batch, pool_);
    if (!range) {
      throw Error("calibration: tensor '" + graph_.values[v].name + "' " + kNotFinite +
                  "; check the checkpoint, and the mean and std of the scenario's preprocess");
    }
    for (std::vector<Statistic>* const of_all_values : targets_)
      Observe((*of_all_values)[v], batch, *range, pool_);
  }

  qb_tap Tap() {
    return {.struct_size = sizeof(qb_tap), .user = this, .node_done = &Collector::NodeDone};
  }

  void RethrowFailure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static void NodeDone(void* user, int32_t node, const void* values, uint64_t bytes, int64_t) {
    auto& self = *static_cast<Collector*>(user);
    if (self.failure_) return;
    try {  // an exception may not pass through the backend
      self.ObserveValue(
          self.model_.ValueWrittenBy(node),
          {static_cast<const float*>(values), static_cast<size_t>(bytes / sizeof(float))});
    } catch (...) {
      self.failure_ = std::current_exception();
    }
  }

  const Graph& graph_;
  const AbiModel& model_;
  std::span<std::vector<Statistic>* const> targets_;
  ThreadPool& pool_;
  std::vector<bool> observed_;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<bool> ObservedValues(const Graph& graph) {
  std::vector<bool> observed(graph.values.size(), true);
  for (const Node& node : graph.nodes) {
    if (SharesQParams(node.op)) observed[static_cast<size_t>(node.output)] = false;
  }
  return observed;
}

void CollectStatistics(const CalibrationRequest& request,
                       std::span<std::vector<Statistic>* const> targets, ThreadPool& pool,
                       const ProgressCallback& progress) {
  const int64_t images = request.images.count();
  const AbiModel model(request.graph);
  const Backend backend = Backend::BuiltInFloat();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const int largest_batch = static_cast<int>(std::min<int64_t>(request.batch_size, images));
  Context context = executable.CreateContext(largest_batch, pool.threads());
  const auto image_elements = static_cast<size_t>(executable.input_elements());
  std::vector<float> input(image_elements * static_cast<size_t>(largest_batch));
  std::vector<float> output(static_cast<size_t>(executable.output_elements()) *
                            static_cast<size_t>(largest_batch));

  Collector collector(request, model, targets, pool);
  const qb_tap tap = collector.Tap();
  for (int64_t first = 0; first < images; first += largest_batch) {
    const int64_t batch = std::min<int64_t>(largest_batch, images - first);
    request.images.Read(first, batch, input, pool);
    collector.ObserveValue(request.graph.input,
                           std::span(input).first(static_cast<size_t>(batch) * image_elements));
    context.Run(static_cast<int>(batch), input.data(), output.data(), pool, &tap);
    collector.RethrowFailure();
    for (int64_t i = 0; i < batch; ++i) request.images.Forget(first + i);
    if (progress) progress(first + batch, images);
  }
}

}  // namespace quantbench
