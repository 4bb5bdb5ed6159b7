// SPDX-License-Identifier: Apache-2.0
// Runs the built-in float operators with a tap on every node.
#include "quantize/calibrate.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "backend/backend.h"
#include "quantize/observer.h"
#include "quantize/qparams.h"
#include "support/error.h"

namespace quantbench {
namespace {

bool KeepsQParams(const Operator& op) {
  return std::holds_alternative<Flatten>(op) || std::holds_alternative<MaxPool>(op);
}

// All observers of all tensors, as a tap on a running model.
class Statistics {
 public:
  Statistics(const CalibrationRequest& request, const AbiModel& model)
      : graph_(request.graph),
        model_(model),
        names_(request.observers),
        observers_(request.observers.size()) {
    for (size_t o = 0; o < observers_.size(); ++o) {
      for (size_t v = 0; v < graph_.values.size(); ++v)
        observers_[o].emplace_back(ParseObserverSpec(request.observers[o]), graph_.values[v].name);
    }
  }

  void Observe(ValueId value, std::span<const float> batch) {
    const auto v = static_cast<size_t>(value);
    for (auto& of_all_values : observers_) of_all_values[v].Observe(batch);
  }

  qb_tap Tap() {
    return {.struct_size = sizeof(qb_tap), .user = this, .node_done = &Statistics::NodeDone};
  }

  void RethrowFailure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  std::vector<std::vector<QParams>> ComputeQParams() const {
    std::vector<std::vector<QParams>> all;
    for (const auto& of_all_values : observers_) {
      std::vector<QParams>& qparams = all.emplace_back();
      const QuantizedDtype dtype = ParseObserverSpec(names_[all.size() - 1]).dtype;
      for (const auto& observer : of_all_values)
        qparams.push_back(AsQuint8(observer.ComputeQParams(), dtype));
      for (const Node& node : graph_.nodes) {
        if (!KeepsQParams(node.op)) continue;
        qparams[static_cast<size_t>(node.output)] = qparams[static_cast<size_t>(node.inputs[0])];
      }
    }
    return all;
  }

 private:
  static void NodeDone(void* user, int32_t node, const void* values, uint64_t bytes, int64_t) {
    auto& self = *static_cast<Statistics*>(user);
    if (self.failure_) return;
    try {  // an exception may not pass through the backend
      self.Observe(self.model_.ValueWrittenBy(node),
                   {static_cast<const float*>(values), static_cast<size_t>(bytes / sizeof(float))});
    } catch (...) {
      self.failure_ = std::current_exception();
    }
  }

  const Graph& graph_;
  const AbiModel& model_;
  std::span<const std::string> names_;
  std::vector<std::vector<Observer>> observers_;  // [observers][values]
  std::exception_ptr failure_;
};

}  // namespace

std::vector<std::vector<QParams>> Calibrate(const CalibrationRequest& request, ThreadPool& pool,
                                            const ProgressCallback& progress) {
  const int64_t images = request.crops.count();
  if (images == 0) throw Error("calibration: there is no image; int8 needs at least one");
  const AbiModel model(request.graph);
  const Backend backend = Backend::BuiltIn();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const int largest_batch = static_cast<int>(std::min<int64_t>(request.batch_size, images));
  Context context = executable.CreateContext(largest_batch, pool.threads());
  const auto image_elements = static_cast<size_t>(executable.input_elements());
  std::vector<float> input(image_elements * static_cast<size_t>(largest_batch));
  std::vector<float> output(static_cast<size_t>(executable.output_elements()) *
                            static_cast<size_t>(largest_batch));

  Statistics statistics(request, model);
  const qb_tap tap = statistics.Tap();
  for (int64_t first = 0; first < images; first += largest_batch) {
    const int64_t batch = std::min<int64_t>(largest_batch, images - first);
    pool.ForEach(batch, [&](int64_t i, int) {
      request.normalize(
          request.crops.pixels(first + i),
          std::span(input).subspan(static_cast<size_t>(i) * image_elements, image_elements));
    });
    statistics.Observe(request.graph.input,
                       std::span(input).first(static_cast<size_t>(batch) * image_elements));
    context.Run(static_cast<int>(batch), input.data(), output.data(), pool, &tap);
    statistics.RethrowFailure();
    if (progress) progress(first + batch, images);
  }
  return statistics.ComputeQParams();
}

}  // namespace quantbench
