// SPDX-License-Identifier: Apache-2.0
// Wall time, processor time and preemption of one run.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>

namespace quantbench {

struct RunTime {
  double wall_ms = 0;
  double cpu_ms = 0;  // of all threads of the process
  bool preempted = false;
};

// Times one call after another. The system calls that ask for processor time and preemption lie
// outside the interval that counts as wall time.
class RunClock {
 public:
  template <class Body>
  RunTime Time(Body&& body) {
    const int64_t switches = InvoluntarySwitches();
    const double cpu_start = ProcessorMs();
    const auto start = Clock::now();
    body();
    const auto end = Clock::now();
    const double cpu_end = ProcessorMs();
    return {.wall_ms = std::chrono::duration<double, std::milli>(end - start).count(),
            .cpu_ms = cpu_end - cpu_start,
            .preempted = InvoluntarySwitches() != switches};
  }

 private:
  using Clock = std::chrono::steady_clock;

  static int64_t InvoluntarySwitches() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nivcsw;
  }
  static double ProcessorMs() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  }
};

}  // namespace quantbench
