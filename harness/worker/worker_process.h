// SPDX-License-Identifier: Apache-2.0
// One job in one child process, listened to with patience that ends.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "support/child_process.h"
#include "worker/protocol.h"
#include "worker/runner.h"

namespace quantbench {

// What a plugin prints, passed on to stderr as far as it is not too much.
class PluginOutput {
 public:
  void Pass(std::string_view text);
  // Says how much more than that there was, where there was more since the last call.
  void ReportDropped(const std::string& subject);

 private:
  size_t passed_ = 0, dropped_ = 0;
};

class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;
  struct Patience {
    double seconds = 0;        // without a sign of progress
    double in_all = 0;         // 0: as long as there is progress
    size_t message_bytes = 0;  // of the longest message that can be
  };

  // `subject` begins what is said of it: "backend 'x'".
  WorkerProcess(const Assignment& assignment, std::string subject, const Patience& patience,
                PluginOutput& output);
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Gives it the next job, when it has done one that it stays behind.
  void Assign(const Assignment& assignment, const Patience& patience);
  // Whether it has started no process that is there still.
  bool IsAlone() const { return child_.IsAlone(); }
  int64_t PrivateMib() const { return child_.PrivateMib(); }

  // The next message. Throws what a failure message says, and Crashed or TimedOut after having
  // ended the process: it died, hung up, sent what no worker sends, or gave no sign.
  Message Next();
  // Takes note that the last message was a step forward: the wait for the next one begins anew.
  void Renew();
  // Throws Crashed after having ended the process: an answer can't be true.
  [[noreturn]] void Distrust(const std::string& why);
  // Runs a check of an answer, whose Error is the reason for that.
  template <class Check>
  void Believe(const Check& check) {
    try {
      check();
    } catch (const Error& error) {
      Distrust(error.what());
    }
  }

  const std::string& step() const { return step_; }
  double elapsed_seconds() const;
  // Ends it. How many processes it had left behind.
  int End();

 private:
  std::string While() const { return step_.empty() ? "" : " while " + step_; }
  std::string DescribeEnd(const ChildEnd& end) const;
  [[noreturn]] void ThrowEnd();
  void CountIdle();

  ChildProcess child_;
  std::string subject_;
  int64_t memory_limit_mib_;
  Patience patience_;
  PluginOutput& output_;
  Clock::time_point start_, renewed_;
  int idle_ = 0;  // messages without a step forward
  std::string step_;
};

}  // namespace quantbench
