// SPDX-License-Identifier: Apache-2.0
// Who runs plugin code: a child process for each job, or this process.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/error.h"
#include "worker/job.h"

namespace quantbench {

// The process that ran a backend died: a signal, or an exit() in the plugin. Says what it was
// doing.
class Crashed : public Error {
 public:
  using Error::Error;
};

// A backend gave no sign of life for too long. Says what it was doing.
class TimedOut : public Error {
 public:
  using Error::Error;
};

struct Isolation {
  bool enabled = true;
  double timeout_seconds = 600;  // without a sign of progress
  int64_t memory_limit_mib = 0;  // of private data; 0: DefaultMemoryLimitMib
  // That processes which have evaluated images may keep, waiting for more: 0, they end.
  int64_t waiting_mib = 0;
};

// Three quarters of this machine's (or this container's) memory: what takes more would make it
// swap, or take others down.
int64_t DefaultMemoryLimitMib();

// Jobs on plugins. All functions throw Error with the backend's text, Unsupported, Crashed,
// TimedOut, and Interrupt.
class Runner {
 public:
  virtual ~Runner() = default;
  virtual Predictions Evaluate(const EvaluateJob& job, const ProgressCallback& progress) = 0;
  virtual RepetitionSamples Measure(const MeasureJob& job) = 0;
  virtual Profile TimeLayers(const ProfileJob& job) = 0;
  virtual void Score(const ScoreJob& job) = 0;
  // One result for each library, in their order. One that crashes is refused with that reason.
  virtual std::vector<ProbeResult> Probe(const std::vector<std::filesystem::path>& libraries) = 0;
  // One result for each case, in their order. One that crashes or hangs has failed so.
  virtual void Check(const CheckJob& job, const CheckedCallback& checked) = 0;
};

std::unique_ptr<Runner> MakeRunner(const Isolation& isolation);

}  // namespace quantbench
