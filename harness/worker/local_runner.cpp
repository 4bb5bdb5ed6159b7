// SPDX-License-Identifier: Apache-2.0
// Without isolation: the same jobs in this process, for debuggers and profilers.
#include "support/interrupt.h"
#include "worker/remote_runner.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

class LocalRunner : public Runner {
 public:
  Predictions Evaluate(const EvaluateJob& job, const ProgressCallback& progress) override {
    return DoEvaluate(job, Ignore, [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress(done, total);
    });
  }
  RepetitionSamples Measure(const MeasureJob& job) override {
    ThrowIfInterrupted();
    return DoMeasure(job, Ignore);
  }
  Profile TimeLayers(const ProfileJob& job) override {
    ThrowIfInterrupted();
    return DoProfile(job, Ignore);
  }
  void Score(const ScoreJob& job) override {
    ThrowIfInterrupted();
    DoScore(job, Ignore);
  }
  std::vector<ProbeResult> Probe(const std::vector<std::filesystem::path>& libraries) override {
    std::vector<ProbeResult> results;
    for (const std::filesystem::path& library : libraries) results.push_back(ProbeHere(library));
    return results;
  }
  void Check(const CheckJob& job, const CheckedCallback& checked) override {
    DoCheck(job, Ignore, checked);
  }

 private:
  static void Ignore(const std::string&) {}
};

}  // namespace

std::unique_ptr<Runner> MakeRunner(const Isolation& isolation) {
  if (isolation.enabled) return std::make_unique<RemoteRunner>(isolation);
  return std::make_unique<LocalRunner>();
}

}  // namespace quantbench
