// SPDX-License-Identifier: Apache-2.0
// Where values lie on a chart, and which ticks an axis gets.
#pragma once

#include <string>
#include <vector>

namespace quantbench {

// Maps [low, high] to [pixel_low, pixel_high], linearly or by logarithm (then low > 0). pixel_low >
// pixel_high is an axis that grows upwards.
struct Axis {
  double low = 0, high = 1;
  double pixel_low = 0, pixel_high = 1;
  bool logarithmic = false;

  double At(double value) const;
};

// The multiples of 1, 2 or 5 times a power of ten inside [low, high], at most `most` (>= 2) of
// them, at least one where the range isn't empty.
std::vector<double> LinearTicks(double low, double high, int most);

// 1, 2 and 5 times powers of ten inside [low, high], low > 0; only the powers, or every few of
// them, where there would be more than `most`.
std::vector<double> LogarithmicTicks(double low, double high, int most);

// A tick as axes show it: "0.25"; from a million and below a ten-thousandth as "2.00e+06".
std::string TickLabel(double value);

}  // namespace quantbench
