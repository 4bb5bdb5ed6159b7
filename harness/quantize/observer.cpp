// SPDX-License-Identifier: Apache-2.0
// The table of observers.
#include "quantize/observer.h"

#include <charconv>
#include <iterator>
#include <stdexcept>

#include "quantize/qparams.h"
#include "quantize/range_search.h"
#include "support/error.h"

namespace quantbench {
namespace {

std::string Shortest(double value) {
  char text[32];
  const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
  return {text, end};
}

// What is kept of a tensor.
struct StatisticKind {
  std::string (*name)(const ObserverSpec& spec);
  Statistic (*make)(const ObserverSpec& spec);
};
constexpr StatisticKind kRange{
    .name = [](const ObserverSpec&) -> std::string { return "range"; },
    .make = [](const ObserverSpec&) -> Statistic { return RangeStatistic(); }};
constexpr StatisticKind kMovingAverageRange{.name = [](const ObserverSpec& spec) -> std::string {
                                              return "moving_average_range+averaging_constant=" +
                                                     Shortest(spec.averaging_constant);
                                            },
                                            .make = [](const ObserverSpec& spec) -> Statistic {
                                              return MovingAverageRange(spec.averaging_constant);
                                            }};
constexpr StatisticKind kHistogram{
    .name = [](const ObserverSpec& spec) { return "histogram+bins=" + std::to_string(spec.bins); },
    .make = [](const ObserverSpec& spec) -> Statistic { return HistogramStatistic(spec.bins); }};

const ValueHistogram& ValuesOf(const Statistic& statistic) {
  return std::get<HistogramStatistic>(statistic).values();
}

// Every observer, by the name that scenarios use.
struct ObserverKind {
  std::string_view name;
  const StatisticKind* statistic;
  Range (*choose)(const Statistic& statistic, const ObserverSpec& spec);
};
constexpr ObserverKind kObservers[] = {
    {"minmax", &kRange,
     [](const Statistic& s, const ObserverSpec&) { return std::get<RangeStatistic>(s).range(); }},
    {"moving_average_minmax", &kMovingAverageRange,
     [](const Statistic& s, const ObserverSpec&) {
       return std::get<MovingAverageRange>(s).range();
     }},
    {"histogram", &kHistogram,
     [](const Statistic& s, const ObserverSpec&) {
       return std::get<HistogramStatistic>(s).pytorch().Search();
     }},
    {"percentile", &kHistogram,
     [](const Statistic& s, const ObserverSpec& spec) {
       return PercentileRange(ValuesOf(s), spec);
     }},
    {"entropy", &kHistogram,
     [](const Statistic& s, const ObserverSpec& spec) { return EntropyRange(ValuesOf(s), spec); }},
    {"mse", &kHistogram,
     [](const Statistic& s, const ObserverSpec& spec) { return MseRange(ValuesOf(s), spec); }},
};

const ObserverKind& KindOf(const ObserverSpec& spec) {
  std::string known;
  for (const ObserverKind& kind : kObservers) {
    if (kind.name == spec.name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  throw Error("there is no observer '" + spec.name + "'; there are: " + known);
}

}  // namespace

Statistic MakeStatistic(const ObserverSpec& spec) { return KindOf(spec).statistic->make(spec); }

std::string StatisticName(const ObserverSpec& spec) { return KindOf(spec).statistic->name(spec); }

Range ChooseRange(const Statistic& statistic, const ObserverSpec& spec, std::string_view tensor) {
  if (IsEmpty(statistic)) {
    throw Error("tensor '" + std::string(tensor) +
                "': no value was observed, so it has no range; give the observer at least one");
  }
  return KindOf(spec).choose(statistic, spec);
}

QParams ComputeQParams(const Statistic& statistic, const ObserverSpec& spec,
                       std::string_view tensor) {
  const Range range = ChooseRange(statistic, spec, tensor);
  return ComputeQParams(range.min, range.max, spec, tensor);
}

Observer::Observer(const ObserverSpec& spec, std::string tensor)
    : spec_(spec), tensor_(std::move(tensor)), statistic_(MakeStatistic(spec)) {}

void Observer::Observe(std::span<const float> batch) {
  const std::optional<Range> range = FiniteRange(batch);
  if (!range) throw Error("tensor '" + tensor_ + "' " + kNotFinite);
  ThreadPool alone(1);
  quantbench::Observe(statistic_, batch, *range, alone);
}

QParams Observer::ComputeQParams() const {
  return quantbench::ComputeQParams(statistic_, spec_, tensor_);
}

}  // namespace quantbench
