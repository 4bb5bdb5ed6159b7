// SPDX-License-Identifier: Apache-2.0
// From pairs of repetitions to the verdict on a case.
#include "ab/paired_case.h"

#include <doctest/doctest.h>

namespace quantbench {
namespace {

Repetition Quiet(double ms) {
  return {.samples = 100, .median_ms = 1.1 * ms, .fast_ms = ms, .fast_cpu_ms = ms};
}

Repetition Disturbed(double cpu_ms) {
  return {.samples = 100, .median_ms = 3 * cpu_ms, .fast_ms = {}, .fast_cpu_ms = cpu_ms};
}

PairedCase NewCase(int threads = 1) { return PairedCase("r/int8/b1/t1", threads, {}, 0.03); }

// Pairs whose ratio is `ratio`, give or take `noise` in turn.
void AddPairs(double ratio, double noise, int count, PairedCase& one) {
  for (int i = 0; i < count && !one.finished(); ++i) {
    const double sign = (i % 2 == 0 ? 1 : -1) * (1 + 0.01 * i);  // no two alike
    one.Add(Quiet(1), Quiet(ratio * (1 + sign * noise)));
  }
}

TEST_CASE("a verdict follows from the interval and the limit") {
  struct {
    const char* reason;
    double ratio, noise;
    Verdict verdict;
    const char* says;
  } cases[] = {
      {"equal builds", 1.0, 0.01, Verdict::kSame, ""},
      {"slower, within the limit", 1.05, 0.01, Verdict::kSame, ""},
      {"slower than the limit", 1.15, 0.01, Verdict::kWorse, "1.150 times base's latency"},
      {"faster than the limit", 0.85, 0.01, Verdict::kBetter, "0.850 times"},
      {"slower, and the noise is large but smaller than that", 1.6, 0.2, Verdict::kWorse, "1."},
      {"too noisy to tell", 1.05, 0.4, Verdict::kIncomparable, "unclear"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    PairedCase paired = NewCase();
    AddPairs(one.ratio, one.noise, 30, paired);
    if (!paired.finished()) paired.EndOfTime();
    const LatencyFinding finding = paired.Finding();
    CHECK(finding.verdict == one.verdict);
    CHECK(finding.reason.find(one.says) != std::string::npos);
  }
}

TEST_CASE("measuring ends where the interval is tight, at a look") {
  PairedCase paired = NewCase();
  AddPairs(1.0, 0.001, 100, paired);
  CHECK(paired.finished());
  CHECK(paired.Finding().interval->pairs == static_cast<int64_t>(FirstLook(CaseLimits().alpha)));
}

TEST_CASE("a few pairs can't be worse, however far apart they are") {
  PairedCase paired = NewCase();
  AddPairs(3.0, 0.01, 4, paired);
  paired.EndOfTime();
  CHECK(paired.Finding().verdict == Verdict::kIncomparable);
  CHECK(paired.Finding().reason.find("too few pairs") != std::string::npos);
}

TEST_CASE("disturbed pairs go by processor time with one thread, and don't count with more") {
  PairedCase one = NewCase(), two = NewCase(2);
  for (int i = 0; i < 20; ++i) {
    if (!one.finished()) one.Add(Disturbed(1), Disturbed(1.3));
    two.Add(Quiet(1), Disturbed(1));
  }
  two.EndOfTime();
  CHECK(one.Finding().verdict == Verdict::kWorse);
  CHECK(one.Finding().measure == "processor time");
  CHECK(two.Finding().verdict == Verdict::kIncomparable);
  CHECK(two.Finding().reason == "latency: every pair was disturbed by other programs");
}

TEST_CASE("a build that fails again and again makes its case incomparable, with the reason") {
  PairedCase paired = NewCase();
  paired.Fail("new failed 3 times in a row: crashed");
  CHECK(paired.finished());
  CHECK(paired.Finding().verdict == Verdict::kIncomparable);
  CHECK(paired.Finding().reason == "latency: new failed 3 times in a row: crashed");
}

}  // namespace
}  // namespace quantbench
