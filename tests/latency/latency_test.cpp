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
  const LatencySummary summary = Summarize({.milliseconds = {4, 1, 3, 2}});
  CHECK(summary.samples == 4);
  CHECK(summary.median_ms == 2.5);
  CHECK(summary.mean_ms == 2.5);
  CHECK(summary.min_ms == 1);
  CHECK(summary.cv_percent == doctest::Approx(100 * std::sqrt(5.0 / 3) / 2.5));
}

TEST_CASE("p90 needs 64 samples") {
  std::vector<double> samples(63);
  std::iota(samples.begin(), samples.end(), 0.0);
  CHECK(std::isnan(Summarize({.milliseconds = samples}).p90_ms));
  samples.push_back(63);
  CHECK(Summarize({.milliseconds = samples}).p90_ms == doctest::Approx(56.7));
}

TEST_CASE("no samples is an error, one sample has no spread") {
  CHECK_THROWS_AS(Summarize({}), Error);
  CHECK(Summarize({.milliseconds = {2}}).cv_percent == 0);
}

TEST_CASE("every timed run of every repetition is kept, and no trial run") {
  Graph graph{.name = "flatten", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {1, 2, 2});
  graph.output = graph.AddNode("flat", Flatten{}, {graph.input});
  InferShapes(graph);
  const AbiModel model(graph);
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  const std::vector<float> input(8);
  const LatencySettings settings{.warmup_seconds = 0, .min_seconds = 0.002, .repetitions = 3};
  const LatencySamples samples = MeasureLatency(executable, 2, input, settings, ThreadPool(1));
  REQUIRE(!samples.milliseconds.empty());
  CHECK(samples.milliseconds.size() % 3 == 0);  // the same number of runs in each repetition
  for (const double sample : samples.milliseconds) CHECK(sample >= 0);
}

}  // namespace
}  // namespace quantbench
