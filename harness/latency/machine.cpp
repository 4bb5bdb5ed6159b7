// SPDX-License-Identifier: Apache-2.0
// /proc, /sys and the affinity mask.
#include "latency/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace quantbench {
namespace {

constexpr double kDisturbedShare = 0.05;  // of all processors: worth a sentence

std::string FirstLine(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string Percent(double share) { return std::to_string(std::lround(100 * share)) + "%"; }

bool IsVirtualMachine() {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("flags") && line.find(" hypervisor") != std::string::npos) return true;
  }
  return std::filesystem::exists("/sys/hypervisor/type");
}

// This process's and that of the worker processes that it has waited for.
double OwnProcessorSeconds() {
  double sum = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(whose, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return sum;
}

// Busy ticks of each processor, by its number.
std::map<int, int64_t> BusyTicks() {
  std::map<int, int64_t> busy;
  std::ifstream stream("/proc/stat");
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("cpu") || line.size() < 4 || line[3] == ' ') continue;
    busy[std::atoi(line.c_str() + 3)] = ParseProcessorTicks(line).busy;
  }
  return busy;
}

// The processors of the mask, least busy first; of equals the later, since the first ones serve
// interrupts.
std::vector<int> LeastBusy(const cpu_set_t& allowed) {
  const std::map<int, int64_t> before = BusyTicks();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::map<int, int64_t> ticks = BusyTicks();
  std::vector<int> processors;
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; --cpu) {
    if (CPU_ISSET(static_cast<size_t>(cpu), &allowed)) processors.push_back(cpu);
  }
  for (const auto& [cpu, busy] : before) ticks[cpu] -= busy;
  std::stable_sort(processors.begin(), processors.end(),
                   [&](int a, int b) { return ticks[a] < ticks[b]; });
  return processors;
}

void SetAffinityOfAllThreads(const cpu_set_t& processors) {
  std::error_code ignored;  // a thread may end while it is looked at
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    ::sched_setaffinity(std::atoi(task.path().filename().c_str()), sizeof(processors), &processors);
  }
}

}  // namespace

std::vector<std::string> TimingHazards() {
  std::vector<std::string> hazards;
  if (IsVirtualMachine()) {
    hazards.push_back("latency: this is a virtual machine; others may share its processors unseen");
  }
  const std::string governor = FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (!governor.empty() && governor != "performance") {
    hazards.push_back("latency: the clock governor is '" + governor +
                      "'; 'performance' keeps the clock steady");
  }
  const double load = std::strtod(FirstLine("/proc/loadavg").c_str(), nullptr);
  const auto processors = static_cast<double>(std::thread::hardware_concurrency());
  if (load > 0.5 * processors) {
    std::ostringstream text;
    text.precision(3);
    text << "latency: the load average is " << load << " on " << processors
         << " processors before anything is timed; end other programs";
    hazards.push_back(text.str());
  }
  return hazards;
}

ProcessorTicks ParseProcessorTicks(const std::string& line) {
  std::istringstream fields(line);
  std::string name;
  int64_t user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, soft = 0, steal = 0;
  if (!(fields >> name >> user >> nice >> system >> idle >> wait >> interrupt >> soft >> steal) ||
      !name.starts_with("cpu")) {
    return {};
  }
  const int64_t busy = user + nice + system + interrupt + soft;
  return {.busy = busy, .steal = steal, .total = busy + idle + wait + steal};
}

MachineWatch::MachineWatch()
    : start_(ParseProcessorTicks(FirstLine("/proc/stat"))),
      own_start_seconds_(OwnProcessorSeconds()) {}

std::vector<std::string> MachineWatch::Disturbances() const {
  const ProcessorTicks now = ParseProcessorTicks(FirstLine("/proc/stat"));
  const auto total = static_cast<double>(now.total - start_.total);
  if (total <= 0) return {};
  const double own =
      (OwnProcessorSeconds() - own_start_seconds_) * static_cast<double>(::sysconf(_SC_CLK_TCK));
  const double others = (static_cast<double>(now.busy - start_.busy) - own) / total;
  const double steal = static_cast<double>(now.steal - start_.steal) / total;
  std::vector<std::string> disturbances;
  if (others > kDisturbedShare) {
    disturbances.push_back("latency: other processes took " + Percent(others) +
                           " of this machine's processor time during timing");
  }
  if (steal > kDisturbedShare / 5) {
    disturbances.push_back("latency: the hypervisor took " + Percent(steal) +
                           " of the processor time during timing");
  }
  return disturbances;
}

PinnedThreads::PinnedThreads(int threads) {
  CPU_ZERO(&before_);
  if (::sched_getaffinity(0, sizeof(before_), &before_) != 0) return;
  if (threads >= CPU_COUNT(&before_)) return;
  const std::vector<int> processors = LeastBusy(before_);
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  for (int i = 0; i < threads; ++i) {
    CPU_SET(static_cast<size_t>(processors[static_cast<size_t>(i)]), &chosen);
  }
  SetAffinityOfAllThreads(chosen);
  pinned_ = true;
}

PinnedThreads::~PinnedThreads() {
  if (pinned_) SetAffinityOfAllThreads(before_);
}

}  // namespace quantbench
