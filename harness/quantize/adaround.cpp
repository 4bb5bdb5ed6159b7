// SPDX-License-Identifier: Apache-2.0
// Each layer is learnt, or found in the cache, before it runs.
#include "quantize/adaround.h"

#include <algorithm>
#include <utility>

#include "code_version/statistics.h"
#include "quantize/layer_inputs.h"
#include "quantize/learn_rounding.h"
#include "quantize/rounding_file.h"
#include "support/hash.h"
#include "support/progress.h"

namespace quantbench {
namespace {

// One layer: its groups are problems of their own.
class Learner {
 public:
  Learner(QuantizedGraph& quantized, const LayerInputs& inputs, const ThreadPool& pool)
      : node_(quantized.graph->nodes[inputs.node]),
        reading_(ReadingOf(*quantized.graph, node_)),
        integers_(quantized.weights[inputs.node]),
        inputs_(inputs),
        expected_(inputs.expected.Of(inputs.node, inputs.images)),
        pool_(pool) {}

  // Of all that Learn's result depends on.
  std::string Key() const {
    const Reading& r = reading_;
    const auto bytes = static_cast<size_t>(inputs_.images * r.channels * r.height * r.width);
    Hasher hasher;
    hasher.Add("adaround").Add(code_of_statistics::kCodeVersion);
    hasher.Add(std::as_bytes(std::span(inputs_.data, bytes)));
    hasher.Add(std::as_bytes(std::span(expected_)));
    hasher.Add(std::as_bytes(std::span(WeightsOf(node_.op)->weight.values)));
    hasher.Add(std::as_bytes(std::span(integers_.scales)));
    hasher.Add(std::as_bytes(std::span(integers_.bias)));
    hasher.Add(inputs_.qparams.scale).Add(inputs_.qparams.zero_point);
    hasher.Add(integers_.bits).Add(inputs_.images);
    for (const int64_t extent : {r.channels, r.height, r.width, r.out_height, r.out_width,
                                 r.kernel_height, r.kernel_width, r.groups})
      hasher.Add(extent);
    for (const int each : {r.window.stride[0], r.window.stride[1], r.window.dilation[0],
                           r.window.dilation[1], r.window.padding.top, r.window.padding.left})
      hasher.Add(each);
    return hasher.Hex();
  }

  RoundedLayer Learn() {
    RoundedLayer result{.name = node_.name, .skipped = {}};
    std::vector<LearnedRounding> groups(static_cast<size_t>(reading_.groups));
    if (reading_.groups == 1) {
      groups[0] = LearnGroup(0, pool_);
    } else {
      static const ThreadPool alone(1);
      pool_.ForEach(reading_.groups, [&](int64_t group, int) {
        groups[static_cast<size_t>(group)] = LearnGroup(group, alone);
      });
    }
    int8_t* to = integers_.weight.data();
    for (const LearnedRounding& group : groups) {
      to = std::copy(group.weights.begin(), group.weights.end(), to);
      result.nearest_error += group.nearest_error;
      result.error += group.error;
    }
    return result;
  }

 private:
  LearnedRounding LearnGroup(int64_t group, const ThreadPool& pool) const {
    const InputColumns columns =
        ColumnsOf(reading_, inputs_.data, inputs_.images, inputs_.qparams.zero_point, group, pool);
    const auto outputs = static_cast<size_t>(reading_.outputs / reading_.groups);
    const size_t first = static_cast<size_t>(group) * outputs;
    const auto rows = static_cast<size_t>(columns.rows);
    const int half = 1 << (integers_.bits - 1);
    RoundingTarget target{
        .weights =
            std::span(WeightsOf(node_.op)->weight.values).subspan(first * rows, outputs * rows),
        .scales = {},
        .input_scale = inputs_.qparams.scale,
        .bias = std::span(integers_.bias).subspan(first, outputs),
        .expected = expected_.data() + first,
        .expected_stride = reading_.outputs,
        .low = -half,
        .high = half - 1};
    for (size_t o = first; o < first + outputs; ++o)
      target.scales.push_back(integers_.scales[integers_.scales.size() == 1 ? 0 : o]);
    return LearnRounding(MakeRoundingProblem(columns, target, pool), {}, pool);
  }

  const Node& node_;
  const Reading reading_;
  QuantizedWeights& integers_;
  const LayerInputs& inputs_;
  const std::vector<float>& expected_;
  const ThreadPool& pool_;
};

// Fills in `weights` where they were learnt before. What is damaged is learnt anew.
bool FindIn(Store* store, const std::string& key, std::vector<int8_t>& weights) {
  if (store == nullptr) return false;
  std::string problem;
  store->Hold(kRoundings, key);
  const auto found = store->Read(kRoundings, key, problem, [&](const std::filesystem::path& file) {
    return ReadRounding(file, weights.size());
  });
  if (!problem.empty()) Warn("adaround: a layer is learnt anew: " + problem);
  if (found) std::ranges::copy(*found, weights.begin());  // where the model points to
  return found.has_value();
}

std::string ReasonToSkip(const Reading& reading) {
  if (reading.columns * reading.taps() <= kMostRows) return {};
  return "its sums have " + std::to_string(reading.columns * reading.taps()) +
         " products, more than the " + std::to_string(kMostRows) + " that can be learnt";
}

}  // namespace

AdaRoundResult LearnRoundings(QuantizedGraph& quantized, const CalibrationSet& set,
                              const ThreadPool& pool, Store* store,
                              const RoundingProgress& progress, int64_t most_bytes) {
  const Graph& graph = *quantized.graph;
  AdaRoundResult result;
  const auto round = [&](const LayerInputs& inputs) -> RoundedLayer {
    const Node& node = graph.nodes[inputs.node];
    std::vector<int8_t>& weights = quantized.weights[inputs.node].weight;
    if (std::string skipped = ReasonToSkip(ReadingOf(graph, node)); !skipped.empty())
      return {.name = node.name, .skipped = std::move(skipped)};
    Learner learner(quantized, inputs, pool);
    const std::string key = learner.Key();
    if (FindIn(store, key, weights)) return {.name = node.name, .skipped = {}, .from_cache = true};
    RoundedLayer layer = learner.Learn();
    if (store != nullptr) store->Put(kRoundings, key, SerializeRounding(weights));
    return layer;
  };
  result.images = WalkLayers(
      quantized, set, pool,
      [&](const LayerInputs& inputs) {
        if (progress) progress(inputs.done, inputs.total, graph.nodes[inputs.node].name);
        result.layers.push_back(round(inputs));
        if (progress) progress(inputs.done + 1, inputs.total, {});
      },
      most_bytes);
  return result;
}

}  // namespace quantbench
