// SPDX-License-Identifier: Apache-2.0
// Assignment in, messages out, until the other side hangs up.
#include "worker/worker_main.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <new>
#include <optional>

#include "backend/backend.h"
#include "support/child_process.h"
#include "support/error.h"
#include "worker/protocol.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetweenProgress = std::chrono::milliseconds(100);

// The memory of this process is its private data: RLIMIT_DATA counts heap and anonymous mappings,
// not the files that it maps (crops, model, libraries). A limit that the kernel enforces makes an
// allocation fail where it is made, needs no watcher that would disturb timing, and can't be
// outrun.
void LimitMemory([[maybe_unused]] int64_t mib) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their shadow is private data
  if (mib <= 0) return;
  const rlim_t bytes = static_cast<rlim_t>(mib) << 20;
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  ::setrlimit(RLIMIT_DATA, &limit);
#endif
}

void BecomeExpendable(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "quantbench");        // not "exe", after the link that it was started by
  if (::getppid() != parent) std::_Exit(1);  // it died before
  // Ctrl-C reaches every process of the terminal; the parent decides what it means.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  // A night of crashes must not fill the disk; debuggers have --no-isolation.
  const rlimit no_core{};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Where memory runs out, the kernel takes this process and not the one with the results.
  std::ofstream("/proc/self/oom_score_adj") << 700;
}

// exit() in a plugin would run destructors under the feet of threads that still work, and end as
// some other crash. Those registered last run first: to be called again once more has been loaded.
void EndAtExit() {
  ::on_exit([](int status, void*) { std::_Exit(status); }, nullptr);
}

class Worker {
 public:
  explicit Worker(LineSocket& socket) : socket_(socket) {}

  void Do(const Assignment& assignment) {
    LimitMemory(assignment.memory_limit_mib);
    try {
      Send(std::visit([&](const auto& job) { return Done(job); }, assignment.job));
    } catch (const Unsupported& error) {
      Send(FailureMessage{.unsupported = true, .text = error.what()});
    } catch (const Error& error) {
      Send(FailureMessage{.unsupported = false, .text = error.what()});
    } catch (const std::bad_alloc&) {
      Send(FailureMessage{.unsupported = false, .text = "out of memory"});
    } catch (const std::exception& error) {
      Send(FailureMessage{.unsupported = false,
                          .text = std::string("internal error: ") + error.what()});
    }
  }

 private:
  Message Done(const EvaluateJob& job) {
    if (!kept_) kept_.emplace(job, Steps());
    Predictions predictions =
        kept_->Evaluate(job.images, Steps(), [&](int64_t done, int64_t total) {
          const std::lock_guard lock(mutex_);
          const Clock::time_point now = Clock::now();
          if (now - told_ < kBetweenProgress) return;
          told_ = now;
          socket_.Write(Encode(ProgressMessage{.done = done, .total = total}));
        });
    if (!job.stay) kept_.reset();  // what goes wrong in that is part of the job
    return PredictionsMessage{std::move(predictions)};
  }
  Message Done(const MeasureJob& job) {
    MemoryWatch memory;
    return SamplesMessage{DoMeasure(job, Steps(), &memory)};
  }
  Message Done(const ProfileJob& job) { return ProfileMessage{DoProfile(job, Steps(), true)}; }
  Message Done(const ScoreJob& job) {
    DoScore(job, Steps());
    return DoneMessage{};
  }
  Message Done(const TraceJob& job) {
    DoTrace(job, Steps());
    return DoneMessage{};
  }
  Message Done(const ProbeJob& job) {
    for (const std::filesystem::path& library : job.libraries)
      Send(ProbeMessage{.result = ProbeHere(library)});
    return DoneMessage{};
  }
  Message Done(const CheckJob& job) {
    DoCheck(job, Steps(), [&](const conformance::CheckResult& result) {
      Send(CheckedMessage{.verdict = static_cast<int>(result.verdict), .detail = result.detail});
    });
    return DoneMessage{};
  }

  StepCallback Steps() {
    return [this](const std::string& step) {
      EndAtExit();
      Send(StepMessage{.step = step});
    };
  }
  void Send(const Message& message) {
    const std::lock_guard lock(mutex_);
    socket_.Write(Encode(message));
  }

  LineSocket& socket_;
  std::mutex mutex_;
  Clock::time_point told_;
  std::optional<KeptEvaluation> kept_;  // of a job that stays: the next one differs in its images
};

}  // namespace

bool RanAsWorker(int argc, char** argv) {
  if (argc != 3 || std::strcmp(argv[1], kWorkerCommand) != 0) return false;
  BecomeExpendable(static_cast<pid_t>(std::strtol(argv[2], nullptr, 10)));
  EndAtExit();
  LineSocket socket(kChildSocket);
  Worker worker(socket);
  for (std::string line; socket.Read(line);) worker.Do(DecodeAssignment(line));
  return true;
}

}  // namespace quantbench
