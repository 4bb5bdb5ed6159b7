// SPDX-License-Identifier: Apache-2.0
// Wall time, processor time and preemption of one run.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <ctime>

namespace quantbench {

struct RunTime {
  std::chrono::steady_clock::time_point start{};
  double wall_ms = 0;
  double cpu_ms = 0;  // of all threads that the clock looks at
  bool preempted = false;

  std::chrono::steady_clock::time_point end() const {
    return start + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                       std::chrono::duration<double, std::milli>(wall_ms));
  }
};

// Processor time so far.
inline double ProcessorMsOf(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// Times one call after another. The system calls that ask for processor time and preemption lie
// outside the interval that counts as wall time.
class RunClock {
 public:
  // Whose processor time and preemption: that of all threads, or of the calling one, where others
  // do something else meanwhile.
  enum class Of { kProcess, kThread };
  explicit RunClock(Of of)
      : usage_of_(of == Of::kProcess ? RUSAGE_SELF : RUSAGE_THREAD),
        clock_(of == Of::kProcess ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID) {}

  template <class Body>
  RunTime Time(Body&& body) const {
    const int64_t switches = InvoluntarySwitches();
    const double cpu_start = ProcessorMsOf(clock_);
    const auto start = std::chrono::steady_clock::now();
    body();
    const auto end = std::chrono::steady_clock::now();
    const double cpu_end = ProcessorMsOf(clock_);
    return {.start = start,
            .wall_ms = std::chrono::duration<double, std::milli>(end - start).count(),
            .cpu_ms = cpu_end - cpu_start,
            .preempted = InvoluntarySwitches() != switches};
  }

 private:
  int64_t InvoluntarySwitches() const {
    rusage usage{};
    ::getrusage(usage_of_, &usage);
    return usage.ru_nivcsw;
  }

  int usage_of_;
  clockid_t clock_;
};

}  // namespace quantbench
