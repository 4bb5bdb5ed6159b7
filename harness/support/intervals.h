// SPDX-License-Identifier: Apache-2.0
// How sure a median and a ratio are: intervals that suppose nothing of how values are distributed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace quantbench {

struct ConfidenceInterval {
  double low = 0, high = 0;

  // How far from a value inside the farther end is.
  double OffFrom(double value) const { return std::max(value - low, high - value); }
  ConfidenceInterval Including(double value) const {
    return {.low = std::min(low, value), .high = std::max(high, value)};
  }
};

// At least 90% of what all independent values together are drawn from has its median in here: from
// the k-th smallest to the k-th largest value, k as large as the binomial distribution with 1/2
// lets it be (the sign test's interval: Conover, "Practical Nonparametric Statistics", 3.2). Five
// values are the fewest that can tell, and then it reaches from the smallest to the largest.
std::optional<ConfidenceInterval> IntervalOfMedian(std::span<const double> values);

// How many times `below` the independent values of `above` are, at 95%: the ratios that Mann and
// Whitney's test doesn't reject, from the k-th smallest to the k-th largest of all ratios of an
// above to a below (Hodges and Lehmann 1963, on logarithms). Nothing with fewer values than can
// tell: four and four, or more on one side. All are above 0.
std::optional<ConfidenceInterval> IntervalOfRatio(std::span<const double> above,
                                                  std::span<const double> below);

// At u: in what share of the orders of m and n different values Mann and Whitney's U is as small as
// u or smaller. Takes m * n * (m + n) * m steps.
std::vector<double> SharesOfOrders(size_t m, size_t n);

}  // namespace quantbench
