// SPDX-License-Identifier: Apache-2.0
// What a comparison of two results found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/run_spread.h"
#include "record/results.h"
#include "scenario/budget.h"

namespace quantbench {

enum class Verdict {
  kSame,          // within the limits, or beyond them by chance
  kBetter,        // beyond a limit in the good direction, and none worse
  kWorse,         // beyond a limit, significantly; or it failed and didn't before
  kIncomparable,  // nothing of it, or not all that has to be, can be compared
  kMissing,       // base has the case, new has not
  kNew,           // new has the case, base has not
  kUnclear        // beyond a limit, yet within what runs of one build differ by on that machine
};
std::string_view ToString(Verdict verdict);

// One metric of one case. `reason` says why in a sentence: always for worse, unclear and
// incomparable, for same and better where there is something to tell.
struct Finding {
  Verdict verdict = Verdict::kSame;
  std::string reason;
};

struct AccuracyFinding : Finding {
  bool other_model = false;                  // why it is incomparable
  double base_percent = 0, new_percent = 0;  // Top-1
  bool outputs_known = false;                // both sides have a hash of all scores
  bool identical = false;                    // all scores of all images, to the bit
  bool paired = false;                       // image by image; else by counts
  int64_t images = 0;
  int64_t lost = 0, gained = 0;  // images right in base and wrong in new, and the reverse; paired
  int64_t other_class = 0;       // images whose best class changed; paired
  double p = 1;
  std::string_view test;  // "McNemar exact", "Fisher exact", "two proportions, normal"
};

// Of a ratio of latencies, from pairs of turns (`quantbench ab`).
struct RatioInterval {
  double low = 0, high = 0;  // at the confidence 1 - alpha
  int64_t pairs = 0;
};

struct LatencyFinding : Finding {
  bool other_machine = false;      // why it is incomparable: nobody's fault
  double base_ms = 0, new_ms = 0;  // medians of wall time, as measured
  double ratio = 1;                // new / base at equal speed of the machine
  // new / base of how much longer slow runs take than fast ones, and the p-value of that. Told, not
  // judged. 1 where either side doesn't know.
  double spread_ratio = 1, spread_p = 1;
  double machine_ratio = 1;  // how much slower the machine was meanwhile, by the yardstick
  double p = 1;
  double delta = 0;       // Cliff's, of the repetitions
  double unevenness = 1;  // greatest over least of what was compared of one side
  int64_t base_repetitions = 0, new_repetitions = 0;  // that were compared
  // Looked at where the ratio is beyond the limit and the repetitions leave no doubt.
  std::optional<RunSpread> between_runs;
  // "wall time" or "processor time", of the fast runs; "throughput"
  std::string_view measure;
  std::optional<RatioInterval> interval;  // of pairs; then p, delta and the like aren't known
  // Where streams ran at once; then `ratio` is that of the time an image.
  std::optional<double> base_images_per_s, new_images_per_s;
};

struct SizeFinding : Finding {
  int64_t base_bytes = 0, new_bytes = 0;
  double ratio = 1;
};

// Absent findings: neither side has the metric, or it wasn't asked for.
struct CaseComparison {
  std::string case_id;
  Verdict verdict = Verdict::kSame;
  std::vector<std::string> reasons;  // of the verdict first, then what else is worth knowing
  std::optional<AccuracyFinding> accuracy;
  std::optional<LatencyFinding> latency;
  std::optional<SizeFinding> size;
  std::optional<Row> base, changed;  // absent where missing or new
};

// How much of a metric that base has was compared, of cases that went well on both sides.
struct Coverage {
  std::string_view metric;  // "accuracy"
  int64_t compared = 0, of = 0;
  std::string reason;  // why most of the rest wasn't
};
// "latency: 0 of 12 compared: another number of cores: 2 of 2 cores, now 4 of 4 cores"
std::string ToString(const Coverage& coverage);

struct Comparison {
  std::string base_name, new_name;
  std::string base_label, new_label;  // see HowMeasured
  Environment base_environment, new_environment;
  std::vector<CaseComparison> cases;  // in the order of base, then new ones
  std::vector<std::string> notes;     // that concern all cases

  int64_t Count(Verdict verdict) const;
  // Metrics of cases that really were compared.
  int64_t compared() const;
  // Of each metric that base has, accuracy first.
  std::vector<Coverage> coverage() const;
  // Cases whose latency was told worse or unclear from runs at different times.
  std::vector<std::string> ToConfirm() const;
};

// 3: a case is worse. Else 4: a case is missing or incomparable, or nothing was compared, or
// nothing of a metric that base has. Else 0: what is unclear is no failure.
int ExitCodeOf(const Comparison& comparison);

// One line: "12 cases: 10 same, 1 better, 1 worse".
std::string SummaryLine(const Comparison& comparison);

}  // namespace quantbench
