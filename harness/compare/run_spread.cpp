// SPDX-License-Identifier: Apache-2.0
// The deviation of runs about their level.
#include "compare/run_spread.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "compare/change_points.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

constexpr double kStepAlpha = 0.01;

double SquaresAboutMean(std::span<const double> values) {
  const double mean = Mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

}  // namespace

RunSpread SpreadOfRuns(std::span<const double> latencies, double alpha) {
  RunSpread spread{.earlier_runs = static_cast<int64_t>(latencies.size())};
  if (alpha >= 1) return spread;
  if (latencies.size() < kLeastEarlierRuns) {
    spread.ratio = kRunSpreadFloor;
    spread.is_floor = true;
    return spread;
  }
  std::vector<double> logs;
  for (const double latency : latencies) logs.push_back(std::log(latency));
  std::vector<size_t> begins = {0};
  for (const Step& step : FindSteps(latencies, kStepAlpha)) begins.push_back(step.begin);
  double squares = 0;
  for (size_t i = 0; i < begins.size(); ++i) {
    const size_t end = i + 1 < begins.size() ? begins[i + 1] : logs.size();
    squares += SquaresAboutMean(std::span(logs).subspan(begins[i], end - begins[i]));
  }
  const auto freedom = static_cast<double>(logs.size() - begins.size());
  const double t =
      boost::math::quantile(boost::math::complement(boost::math::students_t(freedom), alpha / 2));
  spread.ratio = std::exp(t * std::sqrt(2 * squares / freedom));
  return spread;
}

}  // namespace quantbench
