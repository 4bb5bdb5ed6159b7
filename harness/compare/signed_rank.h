// SPDX-License-Identifier: Apache-2.0
// How many times the latency: an estimate with an interval, from ratios of neighbours in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace quantbench {

// Ratios, not logarithms.
struct RatioEstimate {
  double ratio = 1;
  double low = 0, high = std::numeric_limits<double>::infinity();
  int64_t pairs = 0;

  // How far the ends are from the middle, as a factor minus 1: 0.03 is 3% to each side.
  double HalfWidth() const;
};

// Hodges and Lehmann's estimate (1963) of the middle of the logarithms, the median of all averages
// of two of them, and the interval that Wilcoxon's signed rank test (1945) doesn't reject at the
// two-sided level alpha. It supposes that the logarithms spread alike to both sides of their
// middle; where which build ran first is drawn anew for each pair, that holds for equal builds
// whatever the machine does. Infinitely wide where 2^-pairs is above alpha / 2. Each ratio must be
// above 0, and there must be one.
RatioEstimate EstimateRatio(std::span<const double> ratios, double alpha);

// When a growing number of pairs is looked at, and what part of alpha each look may spend:
// alpha / (look * (look + 1)) at the first, second, ... look sums up to alpha however many there
// will be, so that the chance of ever being wrong stays below alpha when measuring ends at a look
// that is tight enough (alpha spending: Lan and DeMets 1983; the bound is Bonferroni's, which needs
// nothing of how looks depend on each other).
double AlphaOfLook(int look, double alpha);
// Pairs at the first look, the fewest that can tell anything, and at the one behind a look at so
// many: a quarter more.
size_t FirstLook(double alpha);
size_t NextLook(size_t pairs);

}  // namespace quantbench
