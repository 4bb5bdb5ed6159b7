// SPDX-License-Identifier: Apache-2.0
// Whether this machine is fit for timing, and which processors timing takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sched.h>

namespace quantbench {

// One sentence for each thing that makes times here less certain, found before anything is timed:
// a virtual machine, a clock governor that changes the clock, processes waiting for a processor.
std::vector<std::string> TimingHazards();

// What /proc/stat counts for all processors together, in clock ticks.
struct ProcessorTicks {
  int64_t busy = 0;   // not idle, the hypervisor's share left out
  int64_t steal = 0;  // taken by the hypervisor
  int64_t total = 0;
};
// The first line of /proc/stat; zeros where it is something else.
ProcessorTicks ParseProcessorTicks(const std::string& line);

// Sees what others did between its construction and a call.
class MachineWatch {
 public:
  MachineWatch();
  // One sentence for each disturbance since construction: other processes' share, stolen time.
  std::vector<std::string> Disturbances() const;

 private:
  ProcessorTicks start_;
  double own_start_seconds_ = 0;
};

// Keeps all threads of this process on `threads` processors while it lives: those of its affinity
// mask that were least busy in the last moments. Does nothing where that leaves no choice.
class PinnedThreads {
 public:
  explicit PinnedThreads(int threads);
  ~PinnedThreads();
  PinnedThreads(const PinnedThreads&) = delete;
  PinnedThreads& operator=(const PinnedThreads&) = delete;

 private:
  bool pinned_ = false;
  cpu_set_t before_;
};

}  // namespace quantbench
