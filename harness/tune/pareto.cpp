// SPDX-License-Identifier: Apache-2.0
// Comparing models by three figures, two of which have a tolerance.
#include "tune/pareto.h"

#include <algorithm>
#include <limits>

namespace quantbench {
namespace {

// -1, 0, 1: a is the smaller one, neither, b is.
template <class Number>
int Compare(const std::optional<Number>& a, const std::optional<Number>& b, double same) {
  if (!a || !b) return 0;
  const auto x = static_cast<double>(*a), y = static_cast<double>(*b);
  if (x * same < y) return -1;
  return y * same < x ? 1 : 0;
}

bool Dominates(const TunedModel& a, const TunedModel& b) {
  const int figures[] = {Compare(b.top1_correct, a.top1_correct, 1),
                         Compare(a.latency_ms_median, b.latency_ms_median, kSameTime),
                         Compare(a.model_bytes, b.model_bytes, kSameSize)};
  return std::ranges::none_of(figures, [](int figure) { return figure > 0; }) &&
         std::ranges::any_of(figures, [](int figure) { return figure < 0; });
}

double CostOf(const TunedModel& model, Objective objective) {
  constexpr double kUnknown = std::numeric_limits<double>::infinity();
  if (objective == Objective::kLatency) return model.latency_ms_median.value_or(kUnknown);
  return model.model_bytes ? static_cast<double>(*model.model_bytes) : kUnknown;
}

}  // namespace

void MarkDominated(std::vector<TunedModel>& models) {
  for (TunedModel& model : models) {
    model.dominated = std::ranges::any_of(models, [&](const TunedModel& other) {
      return other.status == Status::kOk && Dominates(other, model);
    });
  }
}

bool IsCheaper(const TunedModel& model, const TunedModel& other, std::string_view objective) {
  if (objective == ToString(Objective::kLatency))
    return Compare(model.latency_ms_median, other.latency_ms_median, kSameTime) < 0;
  return Compare(model.model_bytes, other.model_bytes, kSameSize) < 0;
}

std::vector<size_t> ByPreference(const std::vector<TunedModel>& models, Objective objective) {
  const double same = objective == Objective::kLatency ? kSameTime : kSameSize;
  std::vector<size_t> left, ordered;
  for (size_t i = 0; i < models.size(); ++i)
    if (models[i].within) left.push_back(i);
  const auto cost = [&](size_t i) { return CostOf(models[i], objective); };
  while (!left.empty()) {
    const double best = cost(*std::ranges::min_element(left, {}, cost));
    auto first = left.end();
    for (auto one = left.begin(); one != left.end(); ++one) {
      if (cost(*one) > best * same) continue;
      if (first == left.end() || models[*one].top1_correct > models[*first].top1_correct)
        first = one;
    }
    ordered.push_back(*first);
    left.erase(first);
  }
  return ordered;
}

}  // namespace quantbench
