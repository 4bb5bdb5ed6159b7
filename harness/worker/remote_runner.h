// SPDX-License-Identifier: Apache-2.0
// Plugin code in child processes.
#pragma once

#include "worker/protocol.h"
#include "worker/runner.h"

namespace quantbench {

// A fresh process for every job, so that nothing of one case reaches the next: no leak, no damaged
// heap, no cache of the plugin's, and for latency another memory layout each time.
class RemoteRunner : public Runner {
 public:
  explicit RemoteRunner(const Isolation& isolation);
  Predictions Evaluate(const EvaluateJob& job, const ProgressCallback& progress) override;
  RepetitionSamples Measure(const MeasureJob& job) override;
  void Score(const ScoreJob& job) override;
  std::vector<ProbeResult> Probe(const std::vector<std::filesystem::path>& libraries) override;

 private:
  // Which node a backend reaches before it dies or hangs, as the end of a sentence; empty where it
  // gets through.
  std::string WhereItEnds(const EvaluateJob& job) const;
  // Results for the first libraries, up to one that crashed or hung (its refusal says so).
  std::vector<ProbeResult> ProbeSome(const std::vector<std::filesystem::path>& libraries) const;

  double timeout_seconds_;
  int64_t memory_limit_mib_;
};

}  // namespace quantbench
