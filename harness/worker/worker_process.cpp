// SPDX-License-Identifier: Apache-2.0
// Deadlines, ends and their descriptions.
#include "worker/worker_process.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "support/interrupt.h"
#include "support/printable.h"
#include "support/progress.h"
#include "worker/worker_main.h"

namespace quantbench {
namespace {

using Clock = WorkerProcess::Clock;

// A process that has closed its socket is on its way out, and needs no longer.
constexpr auto kPatienceWithClosed = std::chrono::seconds(2);
// A worker sends progress ten times a second and a step now and then: so many messages that say
// nothing new come from somebody else.
constexpr int kMostIdle = 10'000;
constexpr size_t kMostStepBytes = 4096;
constexpr size_t kMostOutputBytes = size_t{64} << 10;

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

std::string SecondsText(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g s", seconds);
  return text;
}

}  // namespace

void PluginOutput::Pass(std::string_view text) {
  const std::string_view kept = text.substr(0, kMostOutputBytes - passed_);
  passed_ += kept.size();
  dropped_ += text.size() - kept.size();
  const std::string shown = PrintableLines(kept);
  std::fwrite(shown.data(), 1, shown.size(), stderr);
}

void PluginOutput::ReportDropped(const std::string& subject) {
  if (dropped_ == 0) return;
  Warn(subject + " printed " + std::to_string(dropped_) + " bytes more than the " +
       std::to_string(kMostOutputBytes >> 10) + " KiB that are shown of a case; they were dropped");
  dropped_ = 0;
}

WorkerProcess::WorkerProcess(const Assignment& assignment, std::string subject,
                             const Patience& patience, PluginOutput& output)
    : child_({kWorkerCommand, std::to_string(::getpid())},
             [&output](std::string_view text) { output.Pass(text); }),
      subject_(std::move(subject)),
      memory_limit_mib_(assignment.memory_limit_mib),
      output_(output) {
  Assign(assignment, patience);
}

void WorkerProcess::Assign(const Assignment& assignment, const Patience& patience) {
  patience_ = patience;
  start_ = Clock::now();
  step_.clear();
  Renew();
  child_.Write(Encode(assignment));  // one that died at once shows when listening
}

WorkerProcess::~WorkerProcess() { End(); }

int WorkerProcess::End() {
  const int left_behind = child_.End();
  output_.ReportDropped(subject_);
  return left_behind;
}

double WorkerProcess::elapsed_seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void WorkerProcess::Renew() {
  renewed_ = Clock::now();
  idle_ = 0;
}

void WorkerProcess::Distrust(const std::string& why) {
  const std::string text = subject_ + " answered what can't be true" + While() + ": " + why;
  child_.End();
  throw Crashed(text);
}

void WorkerProcess::CountIdle() {
  if (++idle_ > kMostIdle) Distrust("it sends messages without end");
}

Message WorkerProcess::Next() {
  auto deadline = renewed_ + Seconds(patience_.seconds);
  if (patience_.in_all > 0) deadline = std::min(deadline, start_ + Seconds(patience_.in_all));
  std::string line;
  switch (child_.Read(line, patience_.message_bytes, deadline)) {
    case ChildProcess::Got::kLine:
      break;
    case ChildProcess::Got::kTimeout:
      child_.End();
      throw TimedOut(subject_ + " gave no sign for " + SecondsText(patience_.seconds) + While());
    case ChildProcess::Got::kTooLong:
      Distrust("it is longer than " + std::to_string(patience_.message_bytes) + " bytes");
    case ChildProcess::Got::kClosed:
    case ChildProcess::Got::kEnded:
      ThrowEnd();
  }
  // One that always has something to say never waits.
  if (Clock::now() >= deadline) {
    child_.End();
    throw TimedOut(subject_ + " didn't get on for " + SecondsText(patience_.seconds) + While());
  }
  Message message;
  Believe([&] { message = DecodeMessage(line); });
  if (const auto* step = std::get_if<StepMessage>(&message)) {
    if (step->step.size() > kMostStepBytes) Distrust("a step has a name without end");
    step_ = step->step;
  }
  if (const auto* failure = std::get_if<FailureMessage>(&message)) {
    if (failure->unsupported) throw Unsupported(failure->text);
    throw Error(failure->text);
  }
  CountIdle();
  return message;
}

void WorkerProcess::ThrowEnd() {
  const auto end = child_.Wait(Clock::now() + kPatienceWithClosed);
  child_.End();
  if (end) throw Crashed(DescribeEnd(*end));
  throw Crashed(subject_ + " closed its connection to quantbench" + While() +
                ", but went on; it was ended");
}

std::string WorkerProcess::DescribeEnd(const ChildEnd& end) const {
  std::string text = subject_ + " crashed" + While() + ": ";
  text += end.signal != 0 ? DescribeSignal(end.signal)
                          : "it called exit(" + std::to_string(end.exit_code) + ") or was ended so";
  // Mapped files count in the peak and not in the limit: a hint, no more.
  if (memory_limit_mib_ > 0 && end.peak_mib * 10 >= memory_limit_mib_ * 8) {
    text += "; it had taken " + std::to_string(end.peak_mib) + " MiB and may take " +
            std::to_string(memory_limit_mib_) + " (memory_limit_mb)";
  }
  return text;
}

}  // namespace quantbench
