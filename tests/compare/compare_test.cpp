// SPDX-License-Identifier: Apache-2.0
// Verdicts and exit statuses of edited results.
#include "compare/compare.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "compare/edit_case.h"
#include "compare/sample_results.h"

namespace quantbench {
namespace {

using testing::Check;
using testing::EarlierRuns;
using testing::EditCase;
using testing::PointersTo;
using testing::R;
using testing::Repetitions;
using testing::SampleResults;
using testing::SampleRow;
using testing::SetLatency;

TEST_CASE("accuracy") {
  const EditCase cases[] = {
      {"nothing changed", [](auto&, auto&) {}, Verdict::kSame, 0, ""},
      {"a large drop, by counts", [](auto&, auto& n) { R(n).accuracy->top1_correct = 700; },
       Verdict::kWorse, 3, "-10.00 pp Top-1, p = "},
      {"a large gain", [](auto&, auto& n) { R(n).accuracy->top1_correct = 900; }, Verdict::kBetter,
       0, "+10.00 pp Top-1"},
      {"beyond the limit, yet chance", [](auto&, auto& n) { R(n).accuracy->top1_correct = 790; },
       Verdict::kSame, 0, "it may be chance"},
      {"within the limit", [](auto&, auto& n) { R(n).accuracy->top1_correct = 796; },
       Verdict::kSame, 0, ""},
      {"other outputs with the same accuracy",
       [](auto&, auto& n) { R(n).accuracy->outputs_hash = "4567"; }, Verdict::kSame, 0,
       "outputs differ"},
      {"other weights", [](auto&, auto& n) { n.results.inputs.model = "other"; },
       Verdict::kIncomparable, 4, "other weights"},
      {"other images", [](auto&, auto& n) { n.results.inputs.evaluation_images = "other"; },
       Verdict::kIncomparable, 4, "other evaluation images"},
      {"fewer images", [](auto&, auto& n) { R(n).accuracy->images = 900; }, Verdict::kIncomparable,
       4, "other evaluation images"},
      {"another model", [](auto&, auto& n) { R(n).model = "other"; }, Verdict::kIncomparable, 4,
       "another model"},
      {"not evaluated any more", [](auto&, auto& n) { R(n).accuracy.reset(); },
       Verdict::kIncomparable, 4, "accuracy: not measured in new"},
      {"more right than there are images",
       [](auto& b, auto&) { R(b).accuracy->top1_correct = 1001; }, Verdict::kIncomparable, 4,
       "make no sense"},
  };
  for (const EditCase& one : cases) Check(one);
}

TEST_CASE("a budget can want identical outputs") {
  CompareOptions options;
  options.budget.cases = {{.match = "*/int8/*", .identical_outputs = true}};
  const EditCase cases[] = {
      {"identical", [](auto&, auto&) {}, Verdict::kSame, 0, ""},
      {"one bit somewhere", [](auto&, auto& n) { R(n).accuracy->outputs_hash = "4567"; },
       Verdict::kWorse, 3, "where the budget wants identical ones"},
      {"no hash to compare", [](auto& b, auto&) { R(b).accuracy->outputs_hash.clear(); },
       Verdict::kIncomparable, 4, "no hash tells"},
  };
  for (const EditCase& one : cases) Check(one, options);
}

TEST_CASE("latency") {
  const EditCase cases[] = {
      {"15% slower", [](auto&, auto& n) { SetLatency(1.15, Repetitions(1.15), R(n)); },
       Verdict::kWorse, 3, "1.150 times the latency"},
      {"15% faster", [](auto&, auto& n) { SetLatency(0.85, Repetitions(0.85), R(n)); },
       Verdict::kBetter, 0, "0.850 times the latency"},
      {"within the limit", [](auto&, auto& n) { SetLatency(1.05, Repetitions(1.05), R(n)); },
       Verdict::kSame, 0, ""},
      {"a slower machine slows the yardstick too",
       [](auto&, auto& n) { SetLatency(1.5, Repetitions(1.5, 0.15), R(n)); }, Verdict::kSame, 0,
       ""},
      {"a faster machine hides nothing",
       [](auto&, auto& n) { SetLatency(0.9, Repetitions(0.9, 0.075), R(n)); }, Verdict::kWorse, 3,
       "the machine took 0.75 times as long"},
      {"three repetitions prove nothing",
       [](auto&, auto& n) {
         SetLatency(2, Repetitions(2, 0.1, 3), R(n));
         R(n).latency.repetitions.resize(2);
       },
       Verdict::kIncomparable, 4, "raise latency.repetitions"},
      {"too few undisturbed runs: processor time tells",
       [](auto&, auto& n) {
         SetLatency(1.2, Repetitions(1.2), R(n));
         for (size_t i = 0; i < 5; ++i) R(n).latency.repetitions[i].fast_ms.reset();
       },
       Verdict::kWorse, 3, "by processor time"},
      {"which can't be told of several threads",
       [](auto& b, auto& n) {
         R(b).threads = R(n).threads = 2;
         for (size_t i = 0; i < 5; ++i) R(n).latency.repetitions[i].fast_ms.reset();
       },
       Verdict::kIncomparable, 4, "interrupted nearly every run"},
      {"four disturbed repetitions of nine change nothing",
       [](auto&, auto& n) {
         for (size_t i = 0; i < 4; ++i) *R(n).latency.repetitions[i].fast_ms *= 5;
       },
       Verdict::kSame, 0, ""},
      {"nor do they hide a slowdown",
       [](auto& b, auto& n) {
         for (size_t i = 0; i < 4; ++i) *R(b).latency.repetitions[i].fast_ms *= 5;
         SetLatency(1.15, Repetitions(1.15), R(n));
       },
       Verdict::kWorse, 3, "times the latency"},
      {"a machine disturbed in all but two repetitions doesn't make 3% a regression",
       [](auto&, auto& n) {
         SetLatency(1.03, Repetitions(1.03), R(n));
         for (size_t i = 0; i < 7; ++i) *R(n).latency.repetitions[i].fast_ms *= 1.3;
       },
       Verdict::kSame, 0, ""},
      {"where hardly a repetition was quiet, chance decides, and nothing is said for sure",
       [](auto&, auto& n) {
         SetLatency(1.15, Repetitions(1.15), R(n));
         for (size_t i = 0; i < 6; ++i) *R(n).latency.repetitions[i].fast_ms *= 1.4;
       },
       Verdict::kIncomparable, 4, "the machine was too busy to tell"},
      {"slower slow runs are told",
       [](auto&, auto& n) {
         for (Repetition& one : R(n).latency.repetitions) *one.slow_ms *= 1.25;
       },
       Verdict::kSame, 0, "note: the slow runs take 1.25 times as long"},
      {"slow runs in four repetitions may be the machine's",
       [](auto&, auto& n) {
         for (size_t i = 0; i < 4; ++i) *R(n).latency.repetitions[i].slow_ms *= 1.25;
       },
       Verdict::kSame, 0, ""},
      {"a build that is slower all over has no second mode",
       [](auto&, auto& n) { SetLatency(1.15, Repetitions(1.15), R(n)); }, Verdict::kWorse, 3,
       "(quiet repetitions, by wall time: p = "},
      {"results of a version without slow runs",
       [](auto& b, auto&) {
         for (Repetition& one : R(b).latency.repetitions) one.slow_ms.reset();
       },
       Verdict::kSame, 0, ""},
      {"results of a version without repetitions",
       [](auto& b, auto&) { R(b).latency.repetitions.clear(); }, Verdict::kIncomparable, 4,
       "don't tell what each repetition measured"},
      {"not measured any more", [](auto&, auto& n) { R(n).summary.latency_ms_median.reset(); },
       Verdict::kIncomparable, 4, "latency: not measured in new"},
      {"another ISA path", [](auto&, auto& n) { R(n).isa = "avx2"; }, Verdict::kIncomparable, 4,
       "another ISA path: generic, now avx2"},
  };
  const std::vector<LoadedResults> runs = EarlierRuns(6, 0.002);  // of a quiet machine
  for (const EditCase& one : cases) Check(one, {.earlier = PointersTo(runs)});
}

TEST_CASE("a difference that runs of one build have as well is unclear, and no failure") {
  const std::vector<LoadedResults> none, few = EarlierRuns(4, 0.002), quiet = EarlierRuns(9, 0.002),
                                         restless = EarlierRuns(9, 0.08);
  std::vector<LoadedResults> copies(9, quiet[0]), later = quiet, elsewhere = quiet, others = quiet;
  for (LoadedResults& one : later) one.results.environment.started_at[3] = '9';
  for (LoadedResults& one : elsewhere) one.results.environment.cpu_model = "Abacus 4";
  for (LoadedResults& one : others) one.results.rows[0].scenario = "another";
  struct {
    const char* reason;
    const std::vector<LoadedResults>& earlier;
    double ratio;
    Verdict verdict;
    const char* text;
  } cases[] = {
      {"nothing known", none, 1.15, Verdict::kUnclear, "less than the 1.25 times"},
      {"nothing known, beyond the floor", none, 1.4, Verdict::kWorse, "1.400 times the latency"},
      {"faster", none, 0.85, Verdict::kUnclear, "0.850 times the latency"},
      {"much faster", none, 0.6, Verdict::kBetter, "0.600 times the latency"},
      {"within the limit", none, 1.05, Verdict::kSame, ""},
      {"too few", few, 1.15, Verdict::kUnclear, "only 4 earlier runs of the case are known"},
      {"of a quiet machine", quiet, 1.15, Verdict::kWorse, "1.150 times the latency"},
      {"of a restless one", restless, 1.15, Verdict::kUnclear, "on this machine (9 earlier runs)"},
      {"of a restless one, far beyond", restless, 1.5, Verdict::kWorse, "1.500 times"},
      {"copies of one run", copies, 1.15, Verdict::kUnclear, "only 1 earlier run of the case is"},
      {"later ones", later, 1.15, Verdict::kUnclear, "only 0 earlier runs"},
      {"of another machine", elsewhere, 1.15, Verdict::kUnclear, "only 0 earlier runs"},
      {"of another scenario", others, 1.15, Verdict::kUnclear, "only 0 earlier runs"},
  };
  for (const auto& one : cases) {
    const auto edit = [&](auto&, auto& n) {
      n.results.environment.started_at = "2026-02-01";
      SetLatency(one.ratio, Repetitions(one.ratio), R(n));
    };
    Check({one.reason, edit, one.verdict, one.verdict == Verdict::kWorse ? 3 : 0, one.text},
          {.earlier = PointersTo(one.earlier)});
  }
}

TEST_CASE("what two times leave in doubt is to be confirmed, what was measured in turns isn't") {
  LoadedResults changed = SampleResults();
  SetLatency(1.15, Repetitions(1.15), R(changed));
  CompareOptions options;
  const Comparison unclear = CompareResults(SampleResults(), changed, options);
  CHECK(unclear.ToConfirm() == std::vector<std::string>{R(changed).case_id});
  REQUIRE(unclear.notes.size() == 1);
  CHECK(unclear.notes[0].find("--confirm BASE_BUILD") != std::string::npos);
  LatencyFinding worse;
  worse.verdict = Verdict::kWorse;
  worse.interval = {.low = 1.1, .high = 1.2, .pairs = 9};
  options.paired_latency = {{R(changed).case_id, worse}};
  const Comparison confirmed = CompareResults(SampleResults(), changed, options);
  CHECK(confirmed.ToConfirm().empty());
  CHECK(confirmed.notes.empty());
  CHECK(ExitCodeOf(confirmed) == 3);
}

// Nine repetitions of two streams that do about so many images a second.
void SetThroughput(double images_per_s, double yardstick_ms, Row& row) {
  row.streams = 2;
  row.summary.throughput_images_per_s = images_per_s;
  double factor = 0.99;
  for (Repetition& one : row.latency.repetitions) {
    one.throughput_images_per_s = images_per_s * (factor += 0.002);
    one.yardstick_ms = yardstick_ms;
  }
}

TEST_CASE("throughput") {
  const auto both = [](double base, double changed, double yardstick) {
    return [=](auto& b, auto& n) {
      SetThroughput(base, 0.1, R(b));
      SetThroughput(changed, yardstick, R(n));
    };
  };
  const EditCase cases[] = {
      {"fewer images", both(1000, 850, 0.1), Verdict::kWorse, 3,
       "medians of all: 1000.0 images/s, now 850.0 images/s"},
      {"more images", both(1000, 1200, 0.1), Verdict::kBetter, 0, "by throughput"},
      {"within the limit", both(1000, 950, 0.1), Verdict::kSame, 0, ""},
      {"fewer on a slower machine", both(1000, 700, 0.143), Verdict::kSame, 0, ""},
      {"base measured latency", [](auto&, auto& n) { SetThroughput(1000, 0.1, R(n)); },
       Verdict::kIncomparable, 4, "another measurement: latency, now throughput of 2 streams"},
      {"another number of streams",
       [&](auto& b, auto& n) {
         both(1000, 1000, 0.1)(b, n);
         R(n).streams = 1;
       },
       Verdict::kIncomparable, 4, "throughput of 2 streams, now throughput of 1 stream"},
      {"results of which nobody knows",
       [&](auto& b, auto& n) {
         both(1000, 1000, 0.1)(b, n);
         for (Repetition& one : R(b).latency.repetitions) one.throughput_images_per_s.reset();
       },
       Verdict::kIncomparable, 4, "don't tell the throughput"},
  };
  std::vector<LoadedResults> runs = EarlierRuns(6, 0.002);
  for (LoadedResults& one : runs) SetThroughput(1000, 0.1, R(one));
  for (const EditCase& one : cases) Check(one, {.earlier = PointersTo(runs)});
}

TEST_CASE("another machine: latency is incomparable, accuracy is compared") {
  const std::pair<const char*, std::function<void(Environment&)>> machines[] = {
      {"another CPU", [](Environment& e) { e.cpu_model = "Abacus 4"; }},
      {"feature flags", [](Environment& e) { e.cpu_flags = "beads rods"; }},
      {"another number of cores", [](Environment& e) { e.available_cores = 1; }},
      {"another build type", [](Environment& e) { e.build_type = "Debug"; }},
      {"another architecture", [](Environment& e) { e.architecture = "y"; }},
      {"under emulation", [](Environment& e) { e.emulator = "qemu-user"; }},
  };
  for (const auto& [text, edit] : machines) {
    const auto move = [&edit = edit](auto&, auto& n) {
      edit(n.results.environment);
      SetLatency(9, Repetitions(9), R(n));
    };
    Check({"no latency is left", move, Verdict::kSame, 4, text});
    Check({"nobody asked for it", move, Verdict::kSame, 0, ""}, {.latency = false});
    Check({"base has none",
           [&](auto& b, auto& n) {
             move(b, n);
             R(b).summary.latency_ms_median.reset();
           },
           Verdict::kSame, 0, ""});
    Check({"accuracy still counts",
           [&](auto& b, auto& n) {
             move(b, n);
             R(n).accuracy->top1_correct = 700;
           },
           Verdict::kWorse, 3, text});
    Check({"--strict wants all", move, Verdict::kIncomparable, 4, text}, {.strict = true});
    Check({"nothing else to compare",
           [&](auto& b, auto& n) {
             move(b, n);
             R(b).accuracy.reset();
             R(b).model_bytes.reset();
           },
           Verdict::kIncomparable, 4, text});
  }
}

TEST_CASE("size and status") {
  const EditCase cases[] = {
      {"larger", [](auto&, auto& n) { R(n).model_bytes = 1100000; }, Verdict::kWorse, 3,
       "1.1000 times the size"},
      {"smaller", [](auto&, auto& n) { R(n).model_bytes = 500000; }, Verdict::kBetter, 0,
       "0.5000 times the size"},
      {"empty", [](auto&, auto& n) { R(n).model_bytes = 0; }, Verdict::kIncomparable, 4, "size"},
      {"fails now",
       [](auto&, auto& n) {
         R(n).status = Status::kFailed;
         R(n).detail = "no beads";
       },
       Verdict::kWorse, 3, "ok in base, now failed (no beads)"},
      {"crashes now", [](auto&, auto& n) { R(n).status = Status::kCrashed; }, Verdict::kWorse, 3,
       "now crashed"},
      {"works again", [](auto& b, auto&) { R(b).status = Status::kTimeout; }, Verdict::kBetter, 4,
       "in base it was timeout"},
      {"fails as before",
       [](auto& b, auto& n) { R(b).status = R(n).status = Status::kUnsupported; },
       Verdict::kIncomparable, 4, "no result on either side"},
  };
  for (const EditCase& one : cases) Check(one);
}

TEST_CASE("limits by glob: later entries win, unused ones are told") {
  CompareOptions options;
  options.budget.limits.size_ratio = 2;
  options.budget.cases = {{.match = "*", .size_ratio = 1.5},
                          {.match = "r/*", .size_ratio = 1.05},
                          {.match = "typo/*", .size_ratio = 1}};
  LoadedResults changed = SampleResults();
  R(changed).model_bytes = 1100000;
  const Comparison comparison = CompareResults(SampleResults(), changed, options);
  CHECK(comparison.cases[0].verdict == Verdict::kWorse);
  CHECK(comparison.notes == std::vector<std::string>{"budget: 'typo/*' matches no case"});
}

}  // namespace
}  // namespace quantbench
