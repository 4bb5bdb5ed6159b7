// SPDX-License-Identifier: Apache-2.0
// Ticks at round numbers.
#include "chart/axis.h"

#include <algorithm>
#include <cmath>

#include "support/number_text.h"

namespace quantbench {
namespace {

// The least of 1, 2, 5 times a power of ten that is not below `step`.
double RoundStep(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

bool IsInside(double value, double low, double high) {
  const double slack = (high - low) * 1e-9;
  return value >= low - slack && value <= high + slack;
}

}  // namespace

double Axis::At(double value) const {
  const auto position = [&](double v) { return logarithmic ? std::log(v) : v; };
  const double extent = position(high) - position(low);
  const double share = extent > 0 ? (position(value) - position(low)) / extent : 0.5;
  return pixel_low + share * (pixel_high - pixel_low);
}

std::vector<double> LinearTicks(double low, double high, int most) {
  std::vector<double> ticks;
  // Beyond the precision of double there are no steps to take.
  if (!(high - low > 1e-12 * std::max(std::abs(low), std::abs(high)))) return ticks;
  for (double step = RoundStep((high - low) / most);; step = RoundStep(step * 1.5)) {
    ticks.clear();
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) {
      ticks.push_back(i * step);
    }
    if (ticks.size() <= static_cast<size_t>(most)) return ticks;
  }
}

std::vector<double> LogarithmicTicks(double low, double high, int most) {
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  std::vector<double> ticks;
  for (int power = first; power <= last; ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, power);
      if (IsInside(tick, low, high)) ticks.push_back(tick);
    }
  }
  for (int every = 1; ticks.size() > static_cast<size_t>(most); ++every) {
    ticks.clear();
    for (int power = first; power <= last; ++power) {
      const double tick = std::pow(10.0, power);
      if (power % every == 0 && IsInside(tick, low, high)) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string TickLabel(double value) {
  const double magnitude = std::abs(value);
  if (magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e6)) return TrimmedText(value, 6);
  return ScientificText(value, 2);
}

}  // namespace quantbench
