// SPDX-License-Identifier: Apache-2.0
// Plugin code in child processes.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "worker/runner.h"
#include "worker/worker_process.h"

namespace quantbench {

// A fresh process for every job, so that nothing of one case reaches the next: no leak, no damaged
// heap, no cache of the plugin's, and for latency another memory layout each time. Where processes
// may wait, evaluations that differ in their images alone share one; they end with the runner, and
// with the thread that asked first.
class RemoteRunner : public Runner {
 public:
  explicit RemoteRunner(const Isolation& isolation);
  Predictions Evaluate(const EvaluateJob& job, const ProgressCallback& progress) override;
  RepetitionSamples Measure(const MeasureJob& job) override;
  Profile TimeLayers(const ProfileJob& job) override;
  void Score(const ScoreJob& job) override;
  std::vector<ProbeResult> Probe(const std::vector<std::filesystem::path>& libraries) override;
  void Check(const CheckJob& job, const CheckedCallback& checked) override;

 private:
  using Waiting = std::map<std::string, std::unique_ptr<WorkerProcess>>;  // by all but images

  Predictions EvaluateOnce(EvaluateJob job, const ProgressCallback& progress);
  // One that waits for it, or a new one.
  std::unique_ptr<WorkerProcess> WorkerFor(const EvaluateJob& job,
                                           const WorkerProcess::Patience& patience);
  // When it has answered. How many processes it had left behind.
  int LetGo(std::unique_ptr<WorkerProcess> worker, const EvaluateJob& job);
  // Which node a backend reaches before it dies or hangs, as the end of a sentence; empty where it
  // gets through.
  std::string WhereItEnds(const EvaluateJob& job);
  // Results for the first libraries, up to one that crashed or hung: its refusal says so where it
  // was the first of its process, else the next process tells whose fault it was.
  std::vector<ProbeResult> ProbeSome(const std::vector<std::filesystem::path>& libraries);
  // Results for the first cases, up to one that crashed or hung. Returns how many.
  size_t CheckSome(const CheckJob& job, const CheckedCallback& checked);

  double timeout_seconds_;
  int64_t memory_limit_mib_, waiting_mib_;
  std::map<std::string, PluginOutput> output_;  // by backend and model
  Waiting waiting_;
};

}  // namespace quantbench
