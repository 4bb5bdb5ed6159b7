// SPDX-License-Identifier: Apache-2.0
// Samples are taken as asked.
#include "latency/latency.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "latency/collect.h"
#include "support/error.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

TEST_CASE("timed runs of a repetition are kept, up to a limit, and no trial run") {
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
  CHECK(first.milliseconds.size() <= kMaxKeptSamples);
  CHECK(first.repetition.samples >= static_cast<int64_t>(first.milliseconds.size()));
  CHECK(first.repetition.min_ms <= first.repetition.mean_ms);
  CHECK(first.repetition.min_ms <= first.repetition.median_ms);
  CHECK(first.repetition.yardstick_ms > 0);
  CHECK(first.repetition.preempted <= first.repetition.samples);

  const RepetitionSamples second =
      MeasureRepetition(executable, 2, input, {.warmup_seconds = 0, .iterations = 7}, pool);
  CHECK(second.milliseconds.size() == 7);
  const RepetitionSamples third =
      MeasureRepetition(executable, 2, input, {.warmup_seconds = 0, .iterations = 2500}, pool);
  CHECK(third.repetition.samples == 2500);
  CHECK(third.milliseconds.size() == 834);  // every third
}

}  // namespace
}  // namespace quantbench
