// SPDX-License-Identifier: Apache-2.0
// Which earlier results tell of a case on this machine.
#include <algorithm>
#include <set>

#include "compare/findings.h"

namespace quantbench {
namespace {

// What a machine was like long ago says little of it today.
constexpr size_t kMostEarlierRuns = 60;

}  // namespace

std::vector<double> EarlierLatencies(const RowPair& pair) {
  const Environment& now = pair.new_results.environment;
  std::vector<const Results*> sorted(pair.earlier.begin(), pair.earlier.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Results* a, const Results* b) {
    return a->environment.started_at < b->environment.started_at;
  });
  std::vector<double> latencies;
  std::set<std::string> seen = {now.started_at};  // copies of one run are one run
  for (const Results* const one : sorted) {
    const std::string& started_at = one->environment.started_at;
    if (started_at.empty() || (!now.started_at.empty() && started_at > now.started_at)) continue;
    const Row* const row = one->Find(pair.changed.case_id);
    if (row == nullptr || row->scenario != pair.changed.scenario) continue;
    if (!MachineDifference(one->environment, now).empty()) continue;
    if (!PathDifference(*row, pair.changed).empty()) continue;
    const std::optional<double> latency = ComparedLatency(*row);
    if (latency && seen.insert(started_at).second) latencies.push_back(*latency);
  }
  if (latencies.size() > kMostEarlierRuns)
    latencies.erase(latencies.begin(), latencies.end() - kMostEarlierRuns);
  return latencies;
}

}  // namespace quantbench
