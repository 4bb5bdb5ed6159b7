// SPDX-License-Identifier: Apache-2.0
// Sentences about latency.
#include "stage/latency_row.h"

#include <algorithm>

#include "record/latency_summary.h"
#include "support/cpu.h"
#include "support/number_text.h"

namespace quantbench {

void DescribeLatency(const std::string& emulator, CaseResult& row) {
  const std::vector<Repetition>& repetitions = row.latency.repetitions;
  if (repetitions.empty()) return;
  int64_t samples = 0;
  for (const Repetition& one : repetitions) samples += one.samples;
  const auto say = [&](const std::string& text) {
    row.detail += (row.detail.empty() ? "" : "; ") + text;
  };
  if (!emulator.empty()) say(EmulationNote(emulator));
  if (samples < kMinSamplesForP90) {
    say("no p90: it needs " + std::to_string(kMinSamplesForP90) + " samples");
  }
  const auto unstable = std::count_if(repetitions.begin(), repetitions.end(),
                                      [](const Repetition& one) { return !one.warmed_up; });
  if (unstable > 0) {
    say("the time wasn't stable after warming up in " + std::to_string(unstable) + " of " +
        CountText(repetitions.size(), "repetition"));
  }
}

}  // namespace quantbench
