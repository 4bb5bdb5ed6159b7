// SPDX-License-Identifier: Apache-2.0
// Binary segmentation with permutation tests.
#include "compare/change_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dataset/random.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

constexpr uint64_t kOrderSeed = 19750101;  // the same history has the same steps
// Orders with as large a difference after which it is clear that it is chance.
constexpr int kEnoughExceedances = 20;
// So many times 1 / alpha orders, at most: enough that p can be clearly below alpha.
constexpr double kOrdersOfAlpha = 4;
constexpr double kMostOrders = 100'000;
// Values farther from the median than so many median absolute deviations count as just so far
// (Huber's psi): four standard deviations of normal values.
constexpr double kMostDeviations = 4 * 1.4826;

// Logarithms about their median, those far off brought nearer.
std::vector<double> Clipped(std::span<const double> values) {
  std::vector<double> logs, distances;
  for (const double value : values) logs.push_back(std::log(value));
  const double median = Median(logs);
  for (double& one : logs) distances.push_back(std::abs(one -= median));
  const double most = kMostDeviations * Median(distances);
  if (most <= 0) return logs;  // most are the same: whatever differs is far off
  for (double& one : logs) one = std::clamp(one, -most, most);
  return logs;
}

struct Split {
  size_t begin = 0;  // of the second part
  double size = 0;   // of the difference of the means, in standard errors but for the deviation
};

// Finds the largest split of so many values, in any of their orders.
class Splitter {
 public:
  explicit Splitter(size_t count) : weights_(count, 0.0) {
    const auto n = static_cast<double>(count);
    for (size_t k = kLeastStay; k + kLeastStay <= count; ++k) {
      const auto before = static_cast<double>(k);
      weights_[k] = 1 / std::sqrt(before * (n - before) / n);
    }
  }

  Split Largest(std::span<const double> values) const {
    const double mean = Mean(values);
    Split largest;
    double sum = 0;
    for (size_t k = 1; k + kLeastStay <= values.size(); ++k) {
      sum += values[k - 1] - mean;
      const double size = std::abs(sum) * weights_[k];
      if (size > largest.size) largest = {.begin = k, .size = size};
    }
    return largest;
  }

 private:
  std::vector<double> weights_;  // 0 where a side would be too short
};

// The largest split, and the share of random orders that have as large a one.
struct TestedSplit : Split {
  double p = 1;
};

TestedSplit TestLargestSplit(std::vector<double> values, double alpha) {
  const Splitter splitter(values.size());
  TestedSplit split{splitter.Largest(values)};
  if (split.begin == 0) return split;
  RandomGenerator random(kOrderSeed);
  const auto orders = static_cast<int>(std::min(kOrdersOfAlpha / alpha, kMostOrders));
  int exceedances = 0;
  for (int i = 1; i <= orders; ++i) {
    for (size_t j = values.size(); j > 1; --j) std::swap(values[j - 1], values[random.Below(j)]);
    // As large but for rounding counts too.
    exceedances += splitter.Largest(values).size >= split.size * (1 - 1e-9);
    if (exceedances == kEnoughExceedances) {
      split.p = static_cast<double>(exceedances) / i;
      return split;
    }
  }
  split.p = static_cast<double>(exceedances + 1) / (orders + 1);
  return split;
}

void Segment(std::span<const double> values, size_t offset, double alpha,
             std::vector<Step>& steps) {
  if (values.size() < 2 * kLeastStay) return;
  const TestedSplit split = TestLargestSplit(Clipped(values), alpha);
  if (split.p > alpha) return;
  Segment(values.first(split.begin), offset, alpha, steps);
  steps.push_back({.begin = offset + split.begin});
  Segment(values.subspan(split.begin), offset + split.begin, alpha, steps);
}

// Enough values of each side are nearer to their own level: a high one more or less in a short
// stretch moves its mean, and isn't a level.
bool Stays(std::span<const double> before, std::span<const double> behind) {
  const double middle = (Median(before) + Median(behind)) / 2;
  const bool up = Median(behind) > Median(before);
  const auto count = [&](std::span<const double> side, bool above) {
    return static_cast<size_t>(std::count_if(side.begin(), side.end(), [&](double value) {
      return above ? value > middle : value < middle;
    }));
  };
  return count(before, !up) >= kLeastStay && count(behind, up) >= kLeastStay;
}

// The values of the stretches before and behind step i.
struct Sides {
  std::span<const double> before, behind, both;
};

Sides SidesOf(std::span<const double> values, const std::vector<Step>& steps, size_t i) {
  const size_t from = i == 0 ? 0 : steps[i - 1].begin;
  const size_t to = i + 1 < steps.size() ? steps[i + 1].begin : values.size();
  const size_t begin = steps[i].begin;
  return {.before = values.subspan(from, begin - from),
          .behind = values.subspan(begin, to - begin),
          .both = values.subspan(from, to - from)};
}

void SetRatios(std::span<const double> values, std::vector<Step>& steps) {
  for (size_t i = 0; i < steps.size(); ++i) {
    const Sides sides = SidesOf(values, steps, i);
    steps[i].ratio = Median(sides.behind) / Median(sides.before);
  }
}

// A split of what held several steps may lie beside all of them, and is none between those that
// were found later: each is tested again in its own two stretches, and the least likely one
// dropped.
void DropChance(std::span<const double> values, double alpha, std::vector<Step>& steps) {
  const auto test = [&](size_t i) {
    if (i < steps.size())
      steps[i].p = TestLargestSplit(Clipped(SidesOf(values, steps, i).both), alpha).p;
  };
  for (size_t i = 0; i < steps.size(); ++i) test(i);
  while (!steps.empty()) {
    const auto worst = std::max_element(steps.begin(), steps.end(),
                                        [](const Step& a, const Step& b) { return a.p < b.p; });
    if (worst->p <= alpha) return;
    const auto at = static_cast<size_t>(steps.erase(worst) - steps.begin());
    if (at > 0) test(at - 1);
    test(at);
  }
}

double SquaresAbout(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

// What the least squares' line leaves unexplained.
double SquaresAboutLine(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = Mean(values);
  double product = 0;
  for (size_t i = 0; i < values.size(); ++i)
    product += (values[i] - mean) * (static_cast<double>(i) - (n - 1) / 2);
  return SquaresAbout(values, mean) - product * product / (n * (n * n - 1) / 12);
}

// Steps first ... last - 1, all up or all down: whether a line explains more than their levels do,
// by Schwarz's criterion (1978), since levels are more numbers to choose: those and where they
// begin (Yao 1988).
bool IsDrift(std::span<const double> values, const std::vector<Step>& steps, size_t first,
             size_t last) {
  const size_t from = first == 0 ? 0 : steps[first - 1].begin;
  const size_t to = last < steps.size() ? steps[last].begin : values.size();
  const std::vector<double> clipped = Clipped(values.subspan(from, to - from));
  double about_levels = 0;
  for (size_t i = first; i <= last; ++i) {
    const size_t begin = i == first ? from : steps[i - 1].begin;
    const size_t end = i == last ? to : steps[i].begin;
    const std::span<const double> level = std::span(clipped).subspan(begin - from, end - begin);
    about_levels += SquaresAbout(level, Mean(level));
  }
  const auto n = static_cast<double>(clipped.size());
  const double more_numbers = 2 * static_cast<double>(last - first) + 1 - 2;
  return SquaresAboutLine(clipped) < about_levels * std::exp(more_numbers * std::log(n) / n);
}

std::vector<Step> WithoutDrifts(std::span<const double> values, const std::vector<Step>& all) {
  std::vector<Step> steps;
  for (size_t first = 0, last = 0; first < all.size(); first = last) {
    while (last < all.size() && (all[last].ratio > 1) == (all[first].ratio > 1)) ++last;
    if (IsDrift(values, all, first, last)) continue;
    for (size_t i = first; i < last; ++i) {
      const Sides sides = SidesOf(values, all, i);
      if (Stays(sides.before, sides.behind)) steps.push_back(all[i]);
    }
  }
  return steps;
}

double SizeOf(const Step& step) { return std::max(step.ratio, 1 / step.ratio); }

}  // namespace

std::vector<Step> FindSteps(std::span<const double> values, double alpha) {
  std::vector<Step> all;
  Segment(values, 0, alpha, all);
  DropChance(values, alpha, all);
  SetRatios(values, all);
  std::vector<Step> steps = WithoutDrifts(values, all);
  // Without the smallest one, its neighbours' stretches are longer.
  for (SetRatios(values, steps); !steps.empty(); SetRatios(values, steps)) {
    const auto least =
        std::min_element(steps.begin(), steps.end(),
                         [](const Step& a, const Step& b) { return SizeOf(a) < SizeOf(b); });
    if (SizeOf(*least) >= kLeastStepRatio) break;
    steps.erase(least);
  }
  return steps;
}

}  // namespace quantbench
