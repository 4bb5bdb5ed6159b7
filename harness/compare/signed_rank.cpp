// SPDX-License-Identifier: Apache-2.0
// Walsh averages, and the distribution of the signed rank statistic.
#include "compare/signed_rank.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "support/statistics.h"

namespace quantbench {
namespace {

// Above that the normal approximation is good to the third digit of p = 1e-5.
constexpr size_t kMaxExactPairs = 200;

// (x_i + x_j) / 2 for all i <= j, sorted.
std::vector<double> WalshAverages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(values.size() * (values.size() + 1) / 2);
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i; j < values.size(); ++j) averages.push_back((values[i] + values[j]) / 2);
  }
  std::sort(averages.begin(), averages.end());
  return averages;
}

// The largest k for which the sum of the ranks of positive values is below k with a probability of
// at most `tail`, where each sign is a coin's.
size_t ExactOrder(size_t pairs, double tail) {
  std::vector<double> share(pairs * (pairs + 1) / 2 + 1, 0.0);
  share[0] = 1;
  size_t largest = 0;
  for (size_t rank = 1; rank <= pairs; ++rank) {
    largest += rank;
    for (size_t sum = largest + 1; sum-- > 0;)
      share[sum] = 0.5 * (share[sum] + (sum >= rank ? share[sum - rank] : 0.0));
  }
  double below = 0;
  size_t order = 0;
  while (below + share[order] <= tail) below += share[order++];
  return order;
}

size_t ApproximateOrder(size_t pairs, double tail) {
  const auto n = static_cast<double>(pairs);
  const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), tail));
  const double deviation = std::sqrt(n * (n + 1) * (2 * n + 1) / 24);
  return static_cast<size_t>(std::max(0.0, std::floor(n * (n + 1) / 4 - z * deviation + 0.5)));
}

}  // namespace

double RatioEstimate::HalfWidth() const {
  return low > 0 ? std::sqrt(high / low) - 1 : std::numeric_limits<double>::infinity();
}

RatioEstimate EstimateRatio(std::span<const double> ratios, double alpha) {
  std::vector<double> logs;
  for (const double ratio : ratios) logs.push_back(std::log(ratio));
  const std::vector<double> averages = WalshAverages(logs);
  RatioEstimate estimate{.ratio = std::exp(Median(averages)),
                         .pairs = static_cast<int64_t>(logs.size())};
  const size_t order = logs.size() <= kMaxExactPairs ? ExactOrder(logs.size(), alpha / 2)
                                                     : ApproximateOrder(logs.size(), alpha / 2);
  if (order == 0) return estimate;
  estimate.low = std::exp(averages[order - 1]);
  estimate.high = std::exp(averages[averages.size() - order]);
  return estimate;
}

double AlphaOfLook(int look, double alpha) {
  return alpha / (static_cast<double>(look) * (look + 1));
}

size_t FirstLook(double alpha) {
  const double needed = std::ceil(-std::log2(AlphaOfLook(1, alpha) / 2));
  return static_cast<size_t>(std::max(needed, 1.0));
}

size_t NextLook(size_t pairs) { return pairs + std::max<size_t>(2, (pairs + 3) / 4); }

}  // namespace quantbench
