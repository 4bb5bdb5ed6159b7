// SPDX-License-Identifier: Apache-2.0
// Ranks that a test doesn't reject, as intervals.
#include "support/intervals.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace quantbench {
namespace {

constexpr double kMedianTail = 0.05, kRatioTail = 0.025;  // to each side
constexpr double kRatioTailNormal = 1.959964;             // the normal quantile of 1 - kRatioTail
constexpr size_t kMostExactPairs = 1000;

// The largest k such that fewer than k of `count` values are below their median with a chance of
// kMedianTail at most; 0 where there is none.
size_t MedianRank(size_t count) {
  double term = std::exp2(-static_cast<double>(count)), below = 0;
  size_t k = 0;
  while (k < count / 2 && below + term <= kMedianTail) {
    below += term;
    ++k;
    term *= static_cast<double>(count + 1 - k) / static_cast<double>(k);
  }
  return k;
}

// The same of U, the number of pairs in which `above` is the smaller one.
size_t PairRank(size_t above, size_t below) {
  const size_t pairs = above * below;
  if (pairs > kMostExactPairs) {
    const auto product = static_cast<double>(pairs);
    const double deviation = std::sqrt(product * static_cast<double>(above + below + 1) / 12);
    return static_cast<size_t>(std::max(0.0, product / 2 - kRatioTailNormal * deviation));
  }
  const std::vector<double> shares = SharesOfOrders(above, below);
  size_t k = 0;
  while (k < pairs / 2 && shares[k] <= kRatioTail) ++k;
  return k;
}

std::optional<ConfidenceInterval> Between(std::vector<double> values, size_t rank) {
  if (rank == 0) return std::nullopt;
  std::sort(values.begin(), values.end());
  return ConfidenceInterval{.low = values[rank - 1], .high = values[values.size() - rank]};
}

}  // namespace

std::optional<ConfidenceInterval> IntervalOfMedian(std::span<const double> values) {
  return Between({values.begin(), values.end()}, MedianRank(values.size()));
}

std::optional<ConfidenceInterval> IntervalOfRatio(std::span<const double> above,
                                                  std::span<const double> below) {
  std::vector<double> ratios;
  for (const double a : above) {
    for (const double b : below) ratios.push_back(a / b);
  }
  return Between(std::move(ratios), PairRank(above.size(), below.size()));
}

std::vector<double> SharesOfOrders(size_t m, size_t n) {
  // counts[i][v]: ways to choose i of the values seen so far such that their U is v; after all m +
  // n values, counts[m] holds the distribution. Each value that goes to the first set adds the
  // number of the second set's values before it.
  std::vector<std::vector<double>> counts(m + 1, std::vector<double>(m * n + 1, 0.0));
  counts[0][0] = 1;
  for (size_t seen = 0; seen < m + n; ++seen) {
    for (size_t i = std::min(m, seen + 1); i >= 1; --i) {
      if (seen + 1 - i > n) break;
      const size_t before = seen + 1 - i;  // of the second set, if this value goes to the first
      for (size_t v = m * n + 1; v-- > before;) counts[i][v] += counts[i - 1][v - before];
    }
  }
  std::vector<double>& shares = counts[m];
  std::partial_sum(shares.begin(), shares.end(), shares.begin());
  const double all = shares.back();
  for (double& share : shares) share /= all;
  return shares;
}

}  // namespace quantbench
