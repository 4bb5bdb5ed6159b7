// SPDX-License-Identifier: Apache-2.0
// Times of two runs on one machine.
#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "compare/findings.h"
#include "compare/significance.h"
#include "support/number_text.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

// What is compared of a repetition: wall time of its fast runs; on a machine so busy that hardly a
// run had the processor for itself, processor time, which is the same for a single thread that
// never waits. Both in units of the yardstick.
struct Measure {
  std::string_view name;
  std::optional<double> (*value)(const Repetition& repetition);
};

std::optional<double> Quotient(std::optional<double> value, std::optional<double> unit) {
  if (!value || !unit || *value <= 0 || *unit <= 0) return std::nullopt;
  return *value / *unit;
}

constexpr Measure kWallTime{
    "wall time", [](const Repetition& r) { return Quotient(r.fast_ms, r.yardstick_ms); }};
constexpr Measure kProcessorTime{
    "processor time", [](const Repetition& r) { return Quotient(r.fast_cpu_ms, r.yardstick_ms); }};
// The time an image of all streams together.
constexpr Measure kThroughput{"throughput", [](const Repetition& r) {
                                return Quotient(Quotient(1e3, r.throughput_images_per_s),
                                                r.yardstick_ms);
                              }};
// How far the times of one repetition spread, which needs no yardstick.
constexpr Measure kSpread{"spread",
                          [](const Repetition& r) { return Quotient(r.slow_ms, r.fast_ms); }};

// Repetitions that count on each side, as long as there are so many.
constexpr size_t kMinQuiet = 5;
// Quiet repetitions of one build agree. Where even the quietest differ by more than this factor, a
// processor was shared in most of them (two threads of one core, for instance), and chance decides
// on which side more.
constexpr double kEven = 1.3;

// The values, sorted, of the quietest quarter of a row's repetitions, at least kMinQuiet: what
// disturbed the others only ever added time. Nothing where too few have a value.
std::optional<std::vector<double>> Quietest(const Row& row, const Measure& measure) {
  std::vector<double> values;
  for (const Repetition& repetition : row.latency.repetitions) {
    if (const std::optional<double> value = measure.value(repetition)) values.push_back(*value);
  }
  const size_t all = row.latency.repetitions.size();
  const size_t wanted = std::min(all, std::max(kMinQuiet, (all + 3) / 4));
  if (values.size() < wanted) return std::nullopt;
  std::sort(values.begin(), values.end());
  values.resize(wanted);
  return values;
}

// new / base of the medians of the quietest repetitions, and of the quieter half of those: the one
// that is nearer to 1. A real change moves both; a machine that was disturbed in most repetitions
// of one side, only the first.
double CautiousRatio(std::span<const double> base, std::span<const double> changed) {
  const auto half = [](std::span<const double> sorted) {
    return Median(sorted.first((sorted.size() + 1) / 2));
  };
  const double all = Median(changed) / Median(base), quieter = half(changed) / half(base);
  return std::abs(std::log(all)) < std::abs(std::log(quieter)) ? all : quieter;
}

double MedianYardstick(const Row& row) {
  std::vector<double> values;
  for (const Repetition& repetition : row.latency.repetitions)
    values.push_back(repetition.yardstick_ms);
  return Median(values);
}

std::string WhyNot(const RowPair& pair) {
  if (!pair.changed.summary.latency_ms_median) return "not measured in new";
  if (const std::string other = PathDifference(pair.base, pair.changed, pair.across_models);
      !other.empty())
    return other;
  const size_t base = pair.base.latency.repetitions.size(),
               changed = pair.changed.latency.repetitions.size();
  if (base == 0 || changed == 0) return "the results don't tell what each repetition measured";
  if (SmallestRankP(base, changed) > pair.limits.alpha) {
    return std::to_string(base) + " and " + CountText(changed, "repetition") +
           " can't show a difference at alpha " + SignificantText(pair.limits.alpha, 3) +
           "; raise latency.repetitions";
  }
  return {};
}

// The ratio is of quiet repetitions, over the yardstick; the figures that rows show are medians of
// all: each is called what it is.
std::string Evidence(const LatencyFinding& finding) {
  const bool streams = finding.base_images_per_s && finding.new_images_per_s;
  std::string text = FixedText(finding.ratio, 3) +
                     (streams ? " times the time per image" : " times the latency") +
                     " (quiet repetitions, by " + std::string(finding.measure) +
                     ": p = " + SignificantText(finding.p, 3) + ", Cliff's delta " +
                     FixedText(finding.delta, 2) + "; medians of all: ";
  text += streams ? FixedText(*finding.base_images_per_s, 1) + " images/s, now " +
                        FixedText(*finding.new_images_per_s, 1) + " images/s"
                  : SignificantText(finding.base_ms, 3) + " ms, now " +
                        SignificantText(finding.new_ms, 3) + " ms";
  if (finding.machine_ratio < 0.97 || finding.machine_ratio > 1.03) {
    text +=
        "; the machine took " + FixedText(finding.machine_ratio, 2) + " times as long as for base";
  }
  return text + ")";
}

void Judge(const CaseLimits& limits, LatencyFinding& finding) {
  const bool slower = finding.ratio > limits.latency_ratio;
  const bool faster = finding.ratio < 1 / limits.latency_ratio;
  if (!slower && !faster) return;
  finding.reason = Evidence(finding);
  if (finding.p > limits.alpha) {
    finding.reason += ": beyond the limit, yet it may be chance";
  } else if (finding.unevenness > kEven) {
    finding.verdict = Verdict::kIncomparable;
    finding.reason +=
        ": beyond the limit, yet even the quietest repetitions of one build differ by " +
        FixedText(100 * (finding.unevenness - 1), 0) +
        "%, so the machine was too busy to tell; measure again, with more repetitions";
  } else {
    finding.verdict = slower ? Verdict::kWorse : Verdict::kBetter;
  }
}

// Repetitions of a run are minutes apart at most, and know nothing of how the machine was at
// another time: a difference that runs of one build have as well is no verdict.
void CompareWithRuns(const RowPair& pair, LatencyFinding& finding) {
  const RunSpread spread = SpreadOfRuns(EarlierLatencies(pair), pair.limits.alpha);
  finding.between_runs = spread;
  if (std::max(finding.ratio, 1 / finding.ratio) > spread.ratio) return;
  finding.verdict = Verdict::kUnclear;
  const std::string ratio = FixedText(spread.ratio, 2) + " times";
  const std::string runs = CountText(spread.earlier_runs, "earlier run");
  finding.reason +=
      spread.is_floor
          ? ": more than its repetitions differ by, but less than the " + ratio +
                " that runs of one build can differ by on a shared machine; of this machine only " +
                runs + " of the case " + (spread.earlier_runs == 1 ? "is" : "are") +
                " known, and " + std::to_string(kLeastEarlierRuns) + " would tell"
          : ": more than its repetitions differ by, but runs of one build differ by up to " +
                ratio + " on this machine (" + runs + ")";
}

// The verdict goes by the fast runs, since slow ones may be the machine's. But a build whose slow
// runs became slower while its fast ones stayed has a second mode, and that is worth a word.
void CompareSpread(const RowPair& pair, LatencyFinding& finding) {
  const auto base = Quietest(pair.base, kSpread), changed = Quietest(pair.changed, kSpread);
  if (!base || !changed) return;
  finding.spread_ratio = CautiousRatio(*base, *changed);
  finding.spread_p = CompareRanks(*base, *changed).p;
  const double limit =
      1 + 2 * (pair.limits.latency_ratio - 1);  // slow runs vary more than fast ones
  const bool wider = finding.spread_ratio > limit;
  if (!wider || finding.spread_p > pair.limits.alpha) return;
  finding.reason += (finding.reason.empty() ? "" : "; ") +
                    std::string("note: the slow runs take ") + FixedText(finding.spread_ratio, 2) +
                    " times as long as before, against the fast ones (p = " +
                    SignificantText(finding.spread_p, 3) + ")";
}

std::string Measured(const Row& row) {
  if (!row.streams) return "latency";
  return "throughput of " + std::to_string(*row.streams) +
         (*row.streams == 1 ? " stream" : " streams");
}

}  // namespace

std::string PathDifference(const Row& base, const Row& changed, bool across_models) {
  if (base.isa != changed.isa) return "another ISA path: " + base.isa + ", now " + changed.isa;
  if (!across_models && base.model != changed.model)
    return "another model: " + base.model + ", now " + changed.model;
  if (base.streams == changed.streams) return {};
  return "another measurement: " + Measured(base) + ", now " + Measured(changed);
}

std::optional<double> ComparedLatency(const Row& row) {
  if (row.status != Status::kOk || row.latency.repetitions.empty()) return std::nullopt;
  auto values = Quietest(row, row.streams ? kThroughput : kWallTime);
  if (!values && !row.streams && row.threads == 1) values = Quietest(row, kProcessorTime);
  if (!values || !std::isfinite(Median(*values))) return std::nullopt;  // of a file, any number
  return Median(*values);
}

std::optional<LatencyFinding> CompareLatency(const RowPair& pair) {
  if (!pair.base.summary.latency_ms_median) return std::nullopt;
  LatencyFinding finding;
  const auto incomparable = [&](const std::string& reason) {
    finding.verdict = Verdict::kIncomparable;
    finding.reason = "latency: " + reason;
    return finding;
  };
  const std::string machine =
      MachineDifference(pair.base_results.environment, pair.new_results.environment);
  finding.other_machine = !machine.empty() && pair.changed.summary.latency_ms_median;
  if (finding.other_machine) return incomparable(machine);
  if (const std::string reason = WhyNot(pair); !reason.empty()) return incomparable(reason);
  const Measure& measure = pair.base.streams ? kThroughput : kWallTime;
  finding.measure = measure.name;
  auto base = Quietest(pair.base, measure), changed = Quietest(pair.changed, measure);
  if (pair.base.streams) {
    finding.base_images_per_s = pair.base.summary.throughput_images_per_s;
    finding.new_images_per_s = pair.changed.summary.throughput_images_per_s;
    if (!base || !changed)
      return incomparable("the results don't tell the throughput of each repetition");
  } else if ((!base || !changed) && pair.base.threads == 1) {
    finding.measure = kProcessorTime.name;
    base = Quietest(pair.base, kProcessorTime);
    changed = Quietest(pair.changed, kProcessorTime);
  }
  if (!base || !changed) {
    return incomparable("other processes interrupted nearly every run; measure on an idle machine");
  }
  finding.base_ms = *pair.base.summary.latency_ms_median;
  finding.new_ms = *pair.changed.summary.latency_ms_median;
  finding.base_repetitions = static_cast<int64_t>(base->size());
  finding.new_repetitions = static_cast<int64_t>(changed->size());
  finding.ratio = CautiousRatio(*base, *changed);
  finding.unevenness = std::max(base->back() / base->front(), changed->back() / changed->front());
  finding.machine_ratio = MedianYardstick(pair.changed) / MedianYardstick(pair.base);
  const RankTest test = CompareRanks(*base, *changed);
  finding.p = test.p;
  finding.delta = test.delta;
  Judge(pair.limits, finding);
  if (finding.verdict == Verdict::kWorse || finding.verdict == Verdict::kBetter)
    CompareWithRuns(pair, finding);
  if (finding.verdict != Verdict::kIncomparable && !pair.base.streams) CompareSpread(pair, finding);
  return finding;
}

}  // namespace quantbench
