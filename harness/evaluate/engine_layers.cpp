// SPDX-License-Identifier: Apache-2.0
// One side's values are kept, the other's are counted as they come.
#include "evaluate/engine_layers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "support/thread_pool.h"

namespace quantbench {
namespace {

constexpr double kOfLargest = 1e-4;

// Of one layer, over all images.
struct Counts {
  int64_t values = 0, differing = 0;
};

int64_t DifferingBytes(std::span<const std::byte> own, std::span<const std::byte> exact) {
  int64_t differing = 0;
  for (size_t i = 0; i < exact.size(); ++i) differing += own[i] != exact[i] ? 1 : 0;
  return differing;
}

int64_t DifferingFloats(std::span<const std::byte> own, std::span<const std::byte> exact) {
  std::vector<float> x(exact.size() / sizeof(float)), y(x.size());
  std::memcpy(x.data(), own.data(), own.size());
  std::memcpy(y.data(), exact.data(), exact.size());
  double largest = 0;
  for (const float value : y) largest = std::max(largest, std::abs(static_cast<double>(value)));
  int64_t differing = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    const double difference = std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i]));
    differing += difference <= kOfLargest * largest ? 0 : 1;  // NaN differs
  }
  return differing;
}

class Comparison {
 public:
  explicit Comparison(const Executable& engine)
      : engine_(engine),
        exact_(Backend::BuiltInFor(engine.model())),
        // The values of its path decide nothing: all give the same bits.
        expected_(exact_.Prepare(engine.model(), exact_.ChooseIsa(std::nullopt))) {}

  void Run(std::span<const float> input) {
    values_.clear();
    Tapped(expected_, input,
           [](void* user, int32_t node, const void* data, uint64_t bytes, int64_t) {
             const auto* const first = static_cast<const std::byte*>(data);
             static_cast<Comparison*>(user)->values_[node].assign(first, first + bytes);
           });
    Tapped(engine_, input, [](void* user, int32_t node, const void* data, uint64_t bytes, int64_t) {
      static_cast<Comparison*>(user)->Count(node, {static_cast<const std::byte*>(data), bytes});
    });
    ++images_;
  }

  std::optional<LayerComparison> Result() const {
    if (counts_.empty()) return std::nullopt;
    LayerComparison result{.images = images_, .layers = static_cast<int64_t>(counts_.size())};
    int64_t place = 0;
    for (const auto& [node, counts] : counts_) {  // in the network's order
      ++place;
      if (counts.differing == 0) continue;
      result.first = engine_.model().nodes[node]->name;
      result.place = place;
      result.differing_percent =
          100.0 * static_cast<double>(counts.differing) / static_cast<double>(counts.values);
      break;
    }
    return result;
  }

 private:
  void Tapped(const Executable& executable, std::span<const float> input,
              void (*done)(void*, int32_t, const void*, uint64_t, int64_t)) {
    std::vector<float> scores(static_cast<size_t>(executable.output_elements()));
    const qb_tap tap{.struct_size = sizeof(qb_tap), .user = this, .node_done = done};
    executable.CreateContext(1, 1).Run(1, input.data(), scores.data(), ThreadPool(1), &tap);
  }

  void Count(int32_t node, std::span<const std::byte> own) {
    const auto exact = values_.find(node);
    if (exact == values_.end() || exact->second.size() != own.size()) return;
    const bool is_float =
        engine_.model().tensors[engine_.model().nodes[node]->output]->dtype == QB_F32;
    Counts& counts = counts_[node];
    counts.values += static_cast<int64_t>(own.size() / (is_float ? sizeof(float) : 1));
    counts.differing += (is_float ? DifferingFloats : DifferingBytes)(own, exact->second);
  }

  const Executable& engine_;
  Backend exact_;
  Executable expected_;
  std::map<int32_t, std::vector<std::byte>> values_;  // of one image, by node
  std::map<int32_t, Counts> counts_;
  int64_t images_ = 0;
};

}  // namespace

std::optional<LayerComparison> CompareLayers(const Executable& engine,
                                             std::span<const float> inputs) {
  Comparison comparison(engine);
  const auto elements = static_cast<size_t>(engine.input_elements());
  for (size_t first = 0; first + elements <= inputs.size(); first += elements)
    comparison.Run(inputs.subspan(first, elements));
  return comparison.Result();
}

}  // namespace quantbench
