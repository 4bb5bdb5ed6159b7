// SPDX-License-Identifier: Apache-2.0
// A subreaper that looks for its children in /proc.
#include "support/process_tree.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

// A plugin that forks without end is faster than this process only for a while.
constexpr auto kPatience = std::chrono::seconds(2);

struct Process {
  pid_t pid = 0, parent = 0, session = 0;
  char state = 0;
};

// Of /proc/PID/stat: the name may hold anything, so what counts begins behind its last bracket.
bool Parse(const std::string& stat, Process& process) {
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(stat.substr(name_end + 1));
  pid_t group = 0;
  return static_cast<bool>(fields >> process.state >> process.parent >> group >> process.session);
}

std::vector<Process> AllProcesses() {
  std::vector<Process> processes;
  std::error_code problem;  // processes end while they are looked at
  std::filesystem::directory_iterator entry("/proc", problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry->path() / "stat");
    std::string stat;
    Process process{.pid = static_cast<pid_t>(std::atoi(name.c_str()))};
    if (std::getline(file, stat) && Parse(stat, process)) processes.push_back(process);
  }
  return processes;
}

// Children that this process was born with: a shell may have started some and then become it.
const std::set<pid_t>& EarlierChildren() {
  static const std::set<pid_t> children = [] {
    std::set<pid_t> found;
    for (const Process& process : AllProcesses()) {
      if (process.parent == ::getpid()) found.insert(process.pid);
    }
    return found;
  }();
  return children;
}

bool IsOrphan(const Process& process, pid_t session, const std::set<pid_t>& wanted) {
  if (wanted.contains(process.pid)) return false;
  const bool adopted = process.parent == ::getpid() && !EarlierChildren().contains(process.pid);
  return adopted || process.session == session;
}

bool HasChildren() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

void AdoptOrphans() {
  [[maybe_unused]] static const bool done = [] {
    EarlierChildren();
    return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
  }();
}

int EndOrphans(pid_t session, const std::set<pid_t>& wanted) {
  std::set<pid_t> ended;
  // The usual case costs one system call: whoever is left has become a child of this process.
  for (const auto until = Clock::now() + kPatience; HasChildren() && Clock::now() < until;) {
    bool found = false;
    for (const Process& process : AllProcesses()) {
      if (!IsOrphan(process, session, wanted)) continue;
      found = true;
      if (process.state != 'Z') ended.insert(process.pid);
      ::kill(process.pid, SIGKILL);
      if (process.parent == ::getpid()) ::waitpid(process.pid, nullptr, WNOHANG);
    }
    if (::kill(-session, SIGKILL) != 0 && !found) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return static_cast<int>(ended.size());
}

bool HasOrphans(pid_t session, const std::set<pid_t>& wanted) {
  return std::ranges::any_of(
      AllProcesses(), [&](const Process& process) { return IsOrphan(process, session, wanted); });
}

int64_t PrivateMib(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  int64_t size = 0, resident = 0, shared = 0;  // pages
  if (!(file >> size >> resident >> shared)) return 0;
  return (resident - shared) * ::sysconf(_SC_PAGESIZE) >> 20;
}

}  // namespace quantbench
