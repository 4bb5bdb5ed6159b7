// SPDX-License-Identifier: Apache-2.0
// Order statistics of a few numbers.
#pragma once

#include <span>

namespace quantbench {

// The q-quantile (0..1) of sorted, non-empty values, by linear interpolation between neighbours.
double QuantileOfSorted(std::span<const double> sorted, double q);

// The median of non-empty values in any order.
double Median(std::span<const double> values);

// Of non-empty values. The deviation is the sample's (n - 1), 0 of a single value.
double Mean(std::span<const double> values);
double StandardDeviation(std::span<const double> values);

}  // namespace quantbench
