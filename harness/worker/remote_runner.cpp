// SPDX-License-Identifier: Apache-2.0
// Starts workers, listens to them, and says how they ended.
#include "worker/remote_runner.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "support/child_process.h"
#include "support/interrupt.h"
#include "worker/worker_main.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

// How long a backend may take to show where it ends, when that is known to be bad already.
constexpr double kTraceSeconds = 10;
// For loading and probing a plugin, whatever a scenario gives its work: a busy machine takes a
// second to start a process.
constexpr double kProbeSeconds = 30;

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g s", seconds);
  return text;
}

// One job in one child process.
class Worker {
 public:
  Worker(const Assignment& assignment, std::string subject, double timeout_seconds)
      : child_({kWorkerCommand, std::to_string(::getpid())}),
        subject_(std::move(subject)),
        memory_limit_mib_(assignment.memory_limit_mib),
        timeout_seconds_(timeout_seconds) {
    child_.socket().Write(Encode(assignment));  // one that died at once shows when listening
  }

  // The next message; `allowance` seconds are granted on top of the timeout. Throws what a failure
  // message says, Crashed or TimedOut.
  Message Next(double allowance = 0) {
    const auto patience = std::chrono::duration<double>(timeout_seconds_ + allowance);
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
    std::string line;
    const LineSocket::Got got = child_.socket().Read(line, deadline);
    if (got == LineSocket::Got::kTimeout) {
      child_.Kill();
      throw TimedOut(subject_ + " gave no sign for " + Seconds(patience.count()) + While());
    }
    if (got == LineSocket::Got::kEnd) throw Crashed(DescribeEnd(child_.Wait()));
    Message message = DecodeMessage(line);
    if (const auto* step = std::get_if<StepMessage>(&message)) step_ = step->step;
    if (const auto* failure = std::get_if<FailureMessage>(&message)) {
      if (failure->unsupported) throw Unsupported(failure->text);
      throw Error(failure->text);
    }
    return message;
  }

  const std::string& step() const { return step_; }

 private:
  std::string While() const { return step_.empty() ? "" : " while " + step_; }

  std::string DescribeEnd(const ChildEnd& end) const {
    std::string text = subject_ + " crashed" + While() + ": ";
    text += end.signal != 0
                ? DescribeSignal(end.signal)
                : "it called exit(" + std::to_string(end.exit_code) + ") or was ended so";
    // Mapped files count in the peak and not in the limit: a hint, no more.
    if (memory_limit_mib_ > 0 && end.peak_mib * 10 >= memory_limit_mib_ * 8) {
      text += "; it had taken " + std::to_string(end.peak_mib) + " MiB and may take " +
              std::to_string(memory_limit_mib_) + " (memory_limit_mb)";
    }
    return text;
  }

  ChildProcess child_;
  std::string subject_;
  int64_t memory_limit_mib_;
  double timeout_seconds_;
  std::string step_;
};

std::string SubjectOf(const Target& target) { return "backend '" + target.backend + "'"; }

}  // namespace

int64_t DefaultMemoryLimitMib() {
  const int64_t pages = ::sysconf(_SC_PHYS_PAGES);
  int64_t bytes = pages * ::sysconf(_SC_PAGESIZE);
  // A container's limit; "max" reads as nothing.
  if (std::FILE* const file = std::fopen("/sys/fs/cgroup/memory.max", "re")) {
    long long limit = 0;
    if (std::fscanf(file, "%lld", &limit) == 1) bytes = std::min<int64_t>(bytes, limit);
    std::fclose(file);
  }
  return std::max<int64_t>(bytes / 4 * 3 >> 20, 64);
}

RemoteRunner::RemoteRunner(const Isolation& isolation)
    : timeout_seconds_(isolation.timeout_seconds),
      memory_limit_mib_(isolation.memory_limit_mib > 0 ? isolation.memory_limit_mib
                                                       : DefaultMemoryLimitMib()) {}

Predictions RemoteRunner::Evaluate(const EvaluateJob& job, const ProgressCallback& progress) {
  try {
    Worker worker({.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
                  timeout_seconds_);
    while (true) {
      Message message = worker.Next();
      if (auto* predictions = std::get_if<PredictionsMessage>(&message)) {
        const int64_t images = predictions->result.images;
        progress(images, images);
        return std::move(predictions->result);
      }
      if (const auto* told = std::get_if<ProgressMessage>(&message))
        progress(told->done, told->total);
    }
  } catch (const Crashed& error) {
    throw Crashed(error.what() + WhereItEnds(job));
  } catch (const TimedOut& error) {
    throw TimedOut(error.what() + WhereItEnds(job));
  }
}

std::string RemoteRunner::WhereItEnds(const EvaluateJob& job) const {
  std::string last;
  try {
    Worker worker({.job = TraceJob{.target = job.target, .images = job.images},
                   .memory_limit_mib = memory_limit_mib_},
                  SubjectOf(job.target), std::min(kTraceSeconds, timeout_seconds_));
    while (true) {
      const Message message = worker.Next();
      if (std::holds_alternative<DoneMessage>(message)) return "";
      last = worker.step();
    }
  } catch (const Error&) {
    // That it ends badly is known.
  }
  return last.empty() ? ""
                      : "; on the first image, the last node that it finished is '" + last + "'";
}

RepetitionSamples RemoteRunner::Measure(const MeasureJob& job) {
  Worker worker({.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
                timeout_seconds_);
  // A repetition is silent while it measures: up to five warm-ups, and some attempts to find how
  // many runs fill min_seconds.
  const double silence = 5 * job.settings.warmup_seconds + 3 * job.settings.min_seconds;
  while (true) {
    Message message = worker.Next(silence);
    if (auto* samples = std::get_if<SamplesMessage>(&message)) return std::move(samples->result);
  }
}

void RemoteRunner::Score(const ScoreJob& job) {
  Worker worker({.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
                timeout_seconds_);
  while (!std::holds_alternative<DoneMessage>(worker.Next())) {
  }
}

std::vector<ProbeResult> RemoteRunner::Probe(const std::vector<std::filesystem::path>& libraries) {
  std::vector<ProbeResult> results;
  while (results.size() < libraries.size()) {
    const std::vector<std::filesystem::path> rest(
        libraries.begin() + static_cast<std::ptrdiff_t>(results.size()), libraries.end());
    std::vector<ProbeResult> some = ProbeSome(rest);
    std::move(some.begin(), some.end(), std::back_inserter(results));
  }
  return results;
}

std::vector<ProbeResult> RemoteRunner::ProbeSome(
    const std::vector<std::filesystem::path>& libraries) const {
  std::vector<ProbeResult> results;
  const auto refuse = [&](const Error& error) {
    results.push_back(
        {.info = std::nullopt,
         .refusal = "plugin '" + libraries[results.size()].string() + "': " + error.what()});
  };
  try {
    Worker worker({.job = ProbeJob{libraries}, .memory_limit_mib = memory_limit_mib_},
                  "its process", kProbeSeconds);
    while (results.size() < libraries.size()) {
      Message message = worker.Next();
      if (auto* probed = std::get_if<ProbeMessage>(&message))
        results.push_back(std::move(probed->result));
    }
  } catch (const Crashed& error) {
    refuse(error);
  } catch (const TimedOut& error) {
    refuse(error);
  }
  return results;
}

}  // namespace quantbench
