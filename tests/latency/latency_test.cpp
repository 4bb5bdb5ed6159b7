// SPDX-License-Identifier: Apache-2.0
// What is told of samples, and that samples are taken as asked.
#include "latency/latency.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "support/error.h"

namespace quantbench {
namespace {

TEST_CASE("summary of samples") {
  const LatencySummary summary = Summarize(std::vector<double>{4, 1, 3, 2});
  CHECK(summary.samples == 4);
  CHECK(summary.median_ms == 2.5);
  CHECK(summary.mean_ms == 2.5);
  CHECK(summary.min_ms == 1);
  CHECK(summary.cv_percent == doctest::Approx(100 * std::sqrt(5.0 / 3) / 2.5));
}

TEST_CASE("p90 needs 64 samples") {
  std::vector<double> samples(63);
  std::iota(samples.begin(), samples.end(), 0.0);
  CHECK(std::isnan(Summarize(samples).p90_ms));
  samples.push_back(63);
  CHECK(Summarize(samples).p90_ms == doctest::Approx(56.7));
}

TEST_CASE("no samples is an error, one sample has no spread") {
  CHECK_THROWS_AS(Summarize({}), Error);
  CHECK(Summarize(std::vector<double>{2}).cv_percent == 0);
}

TEST_CASE("outliers lie three interquartile ranges above the third quartile") {
  const std::vector<double> samples{1, 2, 3, 4, 5, 11, 12};  // quartiles 2.5 and 8: fence at 24.5
  CHECK(Summarize(samples).outliers == 0);
  const std::vector<double> far{1, 1, 1, 1, 1, 1, 1, 1, 9};
  CHECK(Summarize(far).outliers == 1);
}

TEST_CASE("every timed run of a repetition is kept, and no trial run") {
  Graph graph{.name = "flatten", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {1, 2, 2});
  graph.output = graph.AddNode("flat", Flatten{}, {graph.input});
  InferShapes(graph);
  const AbiModel model(graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  const std::vector<float> input(8);
  const ThreadPool pool(1);
  const RepetitionSamples first =
      MeasureRepetition(executable, 2, input, {.warmup_seconds = 0, .min_seconds = 0.002}, pool);
  CHECK(!first.milliseconds.empty());
  for (const double sample : first.milliseconds) CHECK(sample >= 0);
  CHECK(first.repetition.samples == static_cast<int64_t>(first.milliseconds.size()));
  CHECK(first.repetition.min_ms <= first.repetition.median_ms);
  CHECK(first.repetition.yardstick_ms > 0);
  CHECK(first.repetition.preempted <= first.repetition.samples);

  const RepetitionSamples second =
      MeasureRepetition(executable, 2, input, {.warmup_seconds = 0, .iterations = 7}, pool);
  CHECK(second.milliseconds.size() == 7);
}

}  // namespace
}  // namespace quantbench
