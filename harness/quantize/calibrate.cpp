// SPDX-License-Identifier: Apache-2.0
// Statistics from the cache or from a pass, then qparams from statistics.
#include "quantize/calibrate.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "code_version/statistics.h"
#include "quantize/collect.h"
#include "quantize/observer.h"
#include "quantize/qparams.h"
#include "quantize/statistics_file.h"
#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

// Mean, std, scale and order of channels as what they do to every byte of each channel.
std::string HashNormalizer(const Normalizer& normalize) {
  std::array<uint8_t, 256 * 3> pixels{};
  for (size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<uint8_t>(i / 3 + i % 3);  // another byte in each, or orders look alike
  std::array<float, 256 * 3> planes{};
  normalize(pixels, planes);
  return HashBytes(std::as_bytes(std::span(planes)));
}

std::string KeyOf(const std::string& inputs, const std::string& name) {
  return name.substr(0, name.find('+')) + "-" + Hasher().Add(inputs).Add(name).Hex();
}

// The statistics of a request by name, each from the cache or collected.
class NamedStatistics {
 public:
  explicit NamedStatistics(const CalibrationRequest& request)
      : request_(request), inputs_(request.inputs_key) {
    for (const ObserverSpec& spec : request.observers) {
      const std::string name = StatisticName(spec);
      if (found_.contains(name) || missing_.contains(name)) continue;
      Find(name, std::vector<Statistic>(request.graph.values.size(), MakeStatistic(spec)));
    }
  }

  bool complete() const { return missing_.empty(); }
  std::vector<std::string>& rebuilt() { return rebuilt_; }

  void Collect(ThreadPool& pool, const ProgressCallback& progress) {
    std::vector<std::vector<Statistic>*> targets;
    for (auto& [name, statistics] : missing_) targets.push_back(&statistics);
    CollectStatistics(request_, targets, pool, progress);
    for (auto& [name, statistics] : missing_) {
      if (request_.store != nullptr) {
        request_.store->Put(kStatistics, KeyOf(inputs_, name),
                            SerializeStatistics(inputs_ + name, statistics));
      }
      found_.emplace(name, std::move(statistics));
    }
    missing_.clear();
  }

  const Statistic& Of(const ObserverSpec& spec, size_t value) const {
    return found_.at(StatisticName(spec))[value];
  }

 private:
  void Find(const std::string& name, std::vector<Statistic> empty) {
    std::string problem;
    std::optional<std::vector<Statistic>> cached;
    if (request_.store != nullptr) {
      const std::string key = KeyOf(inputs_, name);
      request_.store->Hold(kStatistics, key);
      cached = request_.store->Read(kStatistics, key, problem, [&](const auto& file) {
        return ReadStatistics(file, inputs_ + name, empty);
      });
    }
    if (!problem.empty()) rebuilt_.push_back(problem);
    if (cached) {
      found_.emplace(name, std::move(*cached));
    } else {
      missing_.emplace(name, std::move(empty));
    }
  }

  const CalibrationRequest& request_;
  std::string inputs_;
  std::map<std::string, std::vector<Statistic>> found_, missing_;  // by name: [values]
  std::vector<std::string> rebuilt_;
};

// What a node reads that caps it needs no range above the caps, so it gets the result's: then a
// backend can clamp where it computes. Not where others read it too, or where it has the qparams of
// something else.
void LendQParams(const Graph& graph, std::vector<QParams>& qparams) {
  std::vector<int> readers(graph.values.size(), 0);
  std::vector<bool> shared(graph.values.size(), false);
  shared[static_cast<size_t>(graph.input)] = shared[static_cast<size_t>(graph.output)] = true;
  for (const Node& node : graph.nodes) {
    for (const ValueId input : node.inputs) ++readers[static_cast<size_t>(input)];
    if (SharesQParams(node.op)) shared[static_cast<size_t>(node.output)] = true;
  }
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const auto input = static_cast<size_t>(node->inputs[0]);
    if (LendsQParams(node->op) && readers[input] == 1 && !shared[input])
      qparams[input] = qparams[static_cast<size_t>(node->output)];
  }
}

}  // namespace

std::string StatisticsInputs(const StatisticsSource& source) {
  return Hasher()
      .Add("statistics")
      .Add(code_of_statistics::kCodeVersion)
      .Add(source.graph)
      .Add(source.images)
      .Add(HashNormalizer(source.normalize))
      .Add(source.batch_size)
      .Hex();
}

std::string StatisticsKey(const StatisticsSource& source, const ObserverSpec& spec) {
  return KeyOf(StatisticsInputs(source), StatisticName(spec));
}

Calibration Calibrate(const CalibrationRequest& request, ThreadPool& pool,
                      const ProgressCallback& progress) {
  const Graph& graph = request.graph;
  if (request.images.count() == 0)
    throw Error("calibration: there is no image; static int8 needs at least one");
  if (request.batch_size < 1) throw std::logic_error("a calibration batch needs an image");
  NamedStatistics statistics(request);
  Calibration calibration{.qparams = {}, .from_cache = statistics.complete()};
  if (!statistics.complete()) statistics.Collect(pool, progress);
  calibration.rebuilt = std::move(statistics.rebuilt());

  const std::vector<bool> observed = ObservedValues(graph);
  calibration.qparams.assign(request.observers.size(), std::vector<QParams>(graph.values.size()));
  pool.ForEach(static_cast<int64_t>(graph.values.size()), [&](int64_t value, int) {
    const auto v = static_cast<size_t>(value);
    for (size_t o = 0; observed[v] && o < request.observers.size(); ++o) {
      const ObserverSpec& spec = request.observers[o];
      calibration.qparams[o][v] =
          AsQuint8(ComputeQParams(statistics.Of(spec, v), spec, graph.values[v].name), spec);
    }
  });
  for (std::vector<QParams>& qparams : calibration.qparams) {
    for (const Node& node : graph.nodes) {
      const auto output = static_cast<size_t>(node.output);
      if (!observed[output]) qparams[output] = qparams[static_cast<size_t>(node.inputs[0])];
    }
    LendQParams(graph, qparams);
  }
  return calibration;
}

}  // namespace quantbench
