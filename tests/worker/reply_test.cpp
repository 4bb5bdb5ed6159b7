// SPDX-License-Identifier: Apache-2.0
// Answers that can't be true are refused with what is wrong.
#include "worker/reply.h"

#include <doctest/doctest.h>

#include <limits>

#include "evaluate/accuracy.h"
#include "support/error.h"

namespace quantbench {
namespace {

template <class Answer>
struct Lie {
  const char* message;  // a part of it
  void (*spoil)(Answer& answer);
};

template <class Answer, size_t kCount, class Require>
void RefuseEach(const Lie<Answer> (&lies)[kCount], const Answer& good, const Require& require) {
  CHECK_NOTHROW(require(good));
  for (const Lie<Answer>& lie : lies) {
    CAPTURE(lie.message);
    Answer answer = good;
    lie.spoil(answer);
    CHECK_THROWS_WITH_AS(require(answer), doctest::Contains(lie.message), Error);
  }
}

TEST_CASE("predictions") {
  const EvaluationFacts facts{.labels = {2, 0}, .classes = 7, .nodes = 9};
  Predictions good;
  good.images = 2;
  good.top1_correct = 1;
  good.top5_correct = 2;
  good.checksums = {17, -4};
  good.outputs_hash = HashOfOutputs(good.checksums);
  good.top5 = {{2, 1, 0, 3, 4}, {6, 5, 4, 3, 0}};
  const Lie<Predictions> lies[] = {
      {"the classes of 0", [](Predictions& p) { p.top5.clear(); }},
      {"the classes of 1", [](Predictions& p) { p.top5.pop_back(); }},
      {"it is of 3 images", [](Predictions& p) { p.images = 3; }},
      {"image 2 has class 7 of 7", [](Predictions& p) { p.top5[1][0] = 7; }},
      {"image 1 has class -2 of 7", [](Predictions& p) { p.top5[0][4] = -2; }},
      {"image 1 has class -1 of 7", [](Predictions& p) { p.top5[0][4] = -1; }},
      {"image 1 has class 2 twice", [](Predictions& p) { p.top5[0][4] = 2; }},
      {"don't follow", [](Predictions& p) { p.top1_correct = 2; }},
      {"don't follow", [](Predictions& p) { p.top5_correct = 1; }},
      {"its hash isn't that of", [](Predictions& p) { p.outputs_hash = "free text"; }},
      {"its hash isn't that of", [](Predictions& p) { p.checksums[1] = 4; }},
      {"its hash isn't that of", [](Predictions& p) { p.checksums.pop_back(); }},
      {"fallback_nodes is 10 of 9", [](Predictions& p) { p.preparation.fallback_nodes = 10; }},
      {"fallback_nodes is -1", [](Predictions& p) { p.preparation.fallback_nodes = -1; }},
      {"its remark is too long", [](Predictions& p) { p.remark = std::string(5000, 'x'); }},
  };
  RefuseEach(lies, good, [&](const Predictions& p) { RequirePossible(p, facts); });

  // Fewer classes than places.
  const EvaluationFacts few{.labels = {0}, .classes = 2, .nodes = 9};
  Predictions of_two = good;
  of_two.images = of_two.top1_correct = of_two.top5_correct = 1;
  of_two.top5 = {{0, 1, -1, -1, -1}};
  of_two.checksums = {17};
  of_two.outputs_hash = HashOfOutputs(of_two.checksums);
  CHECK_NOTHROW(RequirePossible(of_two, few));
}

TEST_CASE("times") {
  const RepetitionSamples good{.repetition = {.samples = 3,
                                              .median_ms = 2,
                                              .min_ms = 1,
                                              .mean_ms = 2,
                                              .deviation_ms = 1,
                                              .fast_ms = 1,
                                              .slow_ms = 2,
                                              .fast_cpu_ms = 1,
                                              .preempted = 1,
                                              .yardstick_ms = 0.1},
                               .milliseconds = {1, 2, 3}};
  const Lie<RepetitionSamples> lies[] = {
      {"it is of 0 runs", [](RepetitionSamples& s) { s.repetition.samples = 0; }},
      {"the times of 3 of 9", [](RepetitionSamples& s) { s.repetition.samples = 9; }},
      {"the times of 0 of 3", [](RepetitionSamples& s) { s.milliseconds.clear(); }},
      {"disturbed runs is 4 of 3", [](RepetitionSamples& s) { s.repetition.preempted = 4; }},
      {"a time is -1", [](RepetitionSamples& s) { s.milliseconds[0] = -1; }},
      {"a time is inf",
       [](RepetitionSamples& s) {
         s.repetition.mean_ms = std::numeric_limits<double>::infinity();
       }},
      {"shorter than the shortest", [](RepetitionSamples& s) { s.milliseconds[0] = 0.5; }},
      {"slower than its slow ones", [](RepetitionSamples& s) { s.repetition.fast_ms = 3; }},
      {"slower than its slow ones", [](RepetitionSamples& s) { s.repetition.slow_ms.reset(); }},
      {"longer than others", [](RepetitionSamples& s) { s.repetition.median_ms = 0.1; }},
      {"the process was there for", [](RepetitionSamples& s) { s.repetition.mean_ms = 1e6; }},
      {"weights_mb is -1", [](RepetitionSamples& s) { s.memory.weights_mb = -1; }},
      {"peak_mapped_mb is", [](RepetitionSamples& s) { s.memory.peak_mapped_mb = 1e12; }},
      {"activations_mb is",
       [](RepetitionSamples& s) {
         s.memory.activations_mb = std::numeric_limits<double>::quiet_NaN();
       }},
  };
  RefuseEach(lies, good, [](const RepetitionSamples& s) { RequirePossible(s, {}, 1.0); });
  CHECK_THROWS_WITH_AS(RequirePossible(good, {.streams = 2}, 1.0), doctest::Contains("lacks it"),
                       Error);
  CHECK_THROWS_WITH_AS(RequirePossible(good, {.settings = {.iterations = 4}}, 1.0),
                       doctest::Contains("it is of 3 runs"), Error);
}

TEST_CASE("the throughput of streams") {
  const RepetitionSamples good{.repetition = {.samples = 3,
                                              .median_ms = 2,
                                              .min_ms = 1,
                                              .mean_ms = 2,
                                              .yardstick_ms = 0.1,
                                              .throughput_images_per_s = 4000},
                               .milliseconds = {1, 2, 3}};
  const Lie<RepetitionSamples> lies[] = {
      {"its throughput is 0",
       [](RepetitionSamples& s) { s.repetition.throughput_images_per_s = 0; }},
      {"its throughput is inf",
       [](RepetitionSamples& s) {
         s.repetition.throughput_images_per_s = std::numeric_limits<double>::infinity();
       }},
      {"gives 8000.000000 at most",
       [](RepetitionSamples& s) { s.repetition.throughput_images_per_s = 17000; }},
      {"lacks it", [](RepetitionSamples& s) { s.repetition.throughput_images_per_s.reset(); }},
  };
  const MeasureJob job{.batch_size = 4, .streams = 2};
  RefuseEach(lies, good, [&](const RepetitionSamples& s) { RequirePossible(s, job, 1.0); });
  CHECK_THROWS_WITH_AS(RequirePossible(good, {.batch_size = 4}, 1.0),
                       doctest::Contains("wasn't asked for"), Error);
}

TEST_CASE("what a plugin says of itself") {
  const ProbeResult good{
      .info =
          PluginInfo{.name = "mine", .version = "1", .description = "d", .isas = {{"generic", ""}}},
      .refusal = {}};
  const Lie<ProbeResult> lies[] = {
      {"neither describes nor refuses", [](ProbeResult& r) { r.info.reset(); }},
      {"neither describes nor refuses", [](ProbeResult& r) { r.refusal = "no"; }},
      {"the backend's name", [](ProbeResult& r) { r.info->name = "\x1b[31m"; }},
      {"the name of an ISA path", [](ProbeResult& r) { r.info->isas[0].name = "a,b"; }},
      {"no or too many ISA paths", [](ProbeResult& r) { r.info->isas.clear(); }},
      {"too long", [](ProbeResult& r) { r.info->description = std::string(10000, 'x'); }},
      {"isn't a percentage",
       [](ProbeResult& r) { r.info->numerics.min_top1_agreement_percent = 101; }},
  };
  RefuseEach(lies, good, [](const ProbeResult& r) { RequirePossible(r); });
}

}  // namespace
}  // namespace quantbench
