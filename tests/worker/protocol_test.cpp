// SPDX-License-Identifier: Apache-2.0
// Jobs and messages survive their way as lines, and lines that aren't are refused.
#include "worker/protocol.h"

#include <doctest/doctest.h>

#include "support/error.h"

namespace quantbench {
namespace {

const Target kTarget{.backend = "mine", .library = "/a b/mine.so", .isa = "avx2", .model = "m"};
const ImageSource kImages{.crops = "c.bin",
                          .hash = "00ff",
                          .height = 96,
                          .width = 64,
                          .mean = {0.1f, 0.2f, 0.3f},
                          .std = {1, 2, 3},
                          .bgr = true};

TEST_CASE("assignments") {
  const Assignment evaluate = DecodeAssignment(Encode(Assignment{
      .job = EvaluateJob{.target = kTarget, .images = kImages, .batch_size = 4, .jobs = 3},
      .memory_limit_mib = 77}));
  CHECK(evaluate.memory_limit_mib == 77);
  const auto& job = std::get<EvaluateJob>(evaluate.job);
  CHECK(job.target.library == "/a b/mine.so");
  CHECK(job.images.mean == kImages.mean);
  CHECK(job.images.height == 96);
  CHECK(job.images.width == 64);
  CHECK(job.images.bgr);
  CHECK(job.batch_size == 4);
  CHECK(job.jobs == 3);

  const Assignment measure = DecodeAssignment(
      Encode(Assignment{.job = MeasureJob{.target = kTarget,
                                          .images = std::nullopt,
                                          .threads = 2,
                                          .pin = true,
                                          .settings = {.warmup_seconds = 0.5, .iterations = 9}}}));
  const auto& measured = std::get<MeasureJob>(measure.job);
  CHECK(!measured.images);
  CHECK(measured.pin);
  CHECK(measured.threads == 2);
  CHECK(measured.settings.warmup_seconds == 0.5);
  CHECK(measured.settings.iterations == 9);

  const Assignment trace =
      DecodeAssignment(Encode(Assignment{.job = TraceJob{.target = kTarget, .images = kImages}}));
  CHECK(std::get<TraceJob>(trace.job).images.hash == "00ff");
  const Assignment probe = DecodeAssignment(Encode(Assignment{.job = ProbeJob{{"x.so", "y.so"}}}));
  CHECK(std::get<ProbeJob>(probe.job).libraries.size() == 2);
}

TEST_CASE("messages") {
  CHECK(std::get<StepMessage>(DecodeMessage(Encode(StepMessage{"loading"}))).step == "loading");
  const auto progress =
      std::get<ProgressMessage>(DecodeMessage(Encode(ProgressMessage{.done = 5, .total = 7})));
  CHECK(progress.done == 5);
  const auto failure = std::get<FailureMessage>(
      DecodeMessage(Encode(FailureMessage{.unsupported = true, .text = "no\nway"})));
  CHECK(failure.unsupported);
  CHECK(failure.text == "no\nway");
  CHECK(std::holds_alternative<DoneMessage>(DecodeMessage(Encode(DoneMessage{}))));

  const Evaluation evaluation{
      {.images = 1, .top1_correct = 1, .top5_correct = 1, .outputs_hash = "ab"},
      {.fallback_nodes = 6}};
  const auto predictions =
      std::get<PredictionsMessage>(
          DecodeMessage(Encode(PredictionsMessage{{evaluation, {{1, 2, 3, 4, -1}}}})))
          .result;
  CHECK(predictions.preparation.fallback_nodes == 6);
  CHECK(predictions.top5 == std::vector<TopFive>{{1, 2, 3, 4, -1}});
  CHECK(predictions.outputs_hash == "ab");

  RepetitionSamples samples{.repetition = {.samples = 5,
                                           .median_ms = 0.1,
                                           .mean_ms = 0.2,
                                           .deviation_ms = 0.3,
                                           .slow_ms = 0.4,
                                           .warmed_up = false},
                            .milliseconds = {0.1, 1.0 / 3},
                            .memory = {.weights_mb = 1.0 / 3}};
  const auto back = std::get<SamplesMessage>(DecodeMessage(Encode(SamplesMessage{samples}))).result;
  CHECK(back.milliseconds == samples.milliseconds);  // to the bit
  CHECK(back.repetition.samples == 5);
  CHECK(back.repetition.mean_ms == 0.2);
  CHECK(back.repetition.deviation_ms == 0.3);
  CHECK(!back.repetition.fast_ms);
  CHECK(back.repetition.slow_ms == 0.4);
  CHECK(!back.repetition.warmed_up);
  CHECK(back.memory.weights_mb == 1.0 / 3);
  CHECK(!back.memory.activations_mb);

  const auto probed = std::get<ProbeMessage>(DecodeMessage(
      Encode(ProbeMessage{{.info = PluginInfo{.name = "n",
                                              .version = "1",
                                              .description = "d",
                                              .isas = {{"i", "no"}},
                                              .numerics = {.exact = false, .min_sqnr_db = 30.5}},
                           .refusal = {}}})));
  CHECK(probed.result.info->isas.at(0).why_not == "no");
  CHECK(!probed.result.info->numerics.exact);
  CHECK(probed.result.info->numerics.min_sqnr_db == 30.5);
}

TEST_CASE("one line each, whatever a plugin says") {
  const std::string line =
      Encode(FailureMessage{.unsupported = false, .text = "two\nlines, \xff\xfe not UTF-8"});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(std::get<FailureMessage>(DecodeMessage(line)).text.starts_with("two\nlines"));
}

TEST_CASE("lines that mean nothing") {
  for (const char* const line :
       {"", "{", "[]", "{\"kind\": \"dance\"}", "{\"kind\": 3}", "{\"kind\": \"progress\"}",
        "{\"kind\": \"predictions\", \"result\": {\"top5\": [[1]]}}", "null"}) {
    CAPTURE(line);
    CHECK_THROWS_AS(DecodeMessage(line), Error);
    CHECK_THROWS_AS(DecodeAssignment(line), Error);
  }
}

TEST_CASE("nothing is nested deeper than a message can be") {
  CHECK_THROWS_WITH_AS(DecodeMessage(std::string(100'000, '[')),
                       doctest::Contains("nested too deeply"), Error);
  const std::string brackets = "[[[[[[[[[[[[\"{{{{{{{{{{{{\\";  // in a text they are text
  CHECK(std::get<StepMessage>(DecodeMessage(Encode(StepMessage{brackets}))).step == brackets);
}

TEST_CASE("a path that isn't UTF-8 is refused before anything is sent") {
  Target target = kTarget;
  target.model = "\xff";
  CHECK_THROWS_WITH_AS(Encode(Assignment{.job = TraceJob{.target = target, .images = kImages}}),
                       doctest::Contains("isn't UTF-8"), Error);
}

}  // namespace
}  // namespace quantbench
