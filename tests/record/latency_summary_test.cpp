// SPDX-License-Identifier: Apache-2.0
// What is told of samples.
#include "record/latency_summary.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "support/error.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

// The repetition of these samples, as far as a summary looks at it.
Repetition Of(const std::vector<double>& samples) {
  return {.samples = static_cast<int64_t>(samples.size()),
          .min_ms = *std::min_element(samples.begin(), samples.end()),
          .mean_ms = Mean(samples),
          .deviation_ms = StandardDeviation(samples)};
}

LatencySummary SummaryOf(const std::vector<double>& samples) {
  return Summarize(std::vector{Of(samples)}, samples);
}

TEST_CASE("summary of samples") {
  const LatencySummary summary = SummaryOf({4, 1, 3, 2});
  CHECK(summary.samples == 4);
  CHECK(summary.median_ms == 2.5);
  CHECK(summary.mean_ms == 2.5);
  CHECK(summary.min_ms == 1);
  CHECK(summary.cv_percent == doctest::Approx(100 * std::sqrt(5.0 / 3) / 2.5));
}

TEST_CASE("p90 needs 64 samples") {
  std::vector<double> samples(63);
  std::iota(samples.begin(), samples.end(), 0.0);
  CHECK(std::isnan(SummaryOf(samples).p90_ms));
  samples.push_back(63);
  CHECK(SummaryOf(samples).p90_ms == doctest::Approx(56.7));
}

TEST_CASE("a summary of several repetitions is that of all their samples") {
  const std::vector<double> first{1, 2, 9}, second{4, 4, 5, 3}, all{1, 2, 9, 4, 4, 5, 3};
  const LatencySummary joined = Summarize(std::vector{Of(first), Of(second)}, all);
  const LatencySummary direct = SummaryOf(all);
  CHECK(joined.samples == 7);
  CHECK(joined.mean_ms == doctest::Approx(direct.mean_ms));
  CHECK(joined.min_ms == direct.min_ms);
  CHECK(joined.cv_percent == doctest::Approx(direct.cv_percent));
}

TEST_CASE("what is exact of all runs, and what comes from those that were kept") {
  std::vector<Repetition> repetitions(2, Of({1, 2}));
  for (Repetition& one : repetitions) one.samples = 500;
  const std::vector<double> kept{1, 1, 1, 1, 1, 1, 1, 1, 1, 9};  // one of ten is far out
  const LatencySummary summary = Summarize(repetitions, kept);
  CHECK(summary.samples == 1000);
  CHECK(summary.mean_ms == 1.5);
  CHECK(summary.median_ms == 1);
  CHECK(summary.outliers == 100);
  CHECK(summary.p90_ms == doctest::Approx(1.8));  // there are enough runs
}

TEST_CASE("no samples is an error, one sample has no spread") {
  CHECK_THROWS_AS(Summarize({}, {}), Error);
  CHECK(SummaryOf({2}).cv_percent == 0);
}

TEST_CASE("outliers lie three interquartile ranges above the third quartile") {
  const std::vector<double> samples{1, 2, 3, 4, 5, 11, 12};  // quartiles 2.5 and 8: fence at 24.5
  CHECK(SummaryOf(samples).outliers == 0);
  const std::vector<double> far{1, 1, 1, 1, 1, 1, 1, 1, 9};
  CHECK(SummaryOf(far).outliers == 1);
}

}  // namespace
}  // namespace quantbench
