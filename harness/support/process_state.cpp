// SPDX-License-Identifier: Apache-2.0
// Asks the kernel and the C library, and tells them what they said before.
#include "support/process_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "support/interrupt.h"

namespace quantbench {
namespace {

// Of x86's vector unit: 0x8040 are the two bits that make denormals zero, results and operands.
[[maybe_unused]] constexpr unsigned kStatusBits = 0x3f, kDenormalBits = 0x8040,
                                    kRoundingBits = 0x6000;

struct Control {
  uint64_t rounding = 0, denormals = 0, rest = 0;
};

Control ControlOf(const fenv_t& environment) {
#if defined(__x86_64__)
  const unsigned vector = environment.__mxcsr & ~kStatusBits;
  return {.rounding = (vector & kRoundingBits) | (environment.__control_word & 0xc00u) << 16,
          .denormals = vector & kDenormalBits,
          .rest = (vector & ~kRoundingBits & ~kDenormalBits) |
                  static_cast<uint64_t>(environment.__control_word & ~0xc00u) << 32};
#elif defined(__aarch64__)
  constexpr uint64_t kRounding = 3u << 22, kFlush = 1u << 24 | 1u << 19 | 1u;
  const uint64_t control = environment.__fpcr;
  return {.rounding = control & kRounding,
          .denormals = control & kFlush,
          .rest = control & ~kRounding & ~kFlush};
#else
  (void)environment;
  return {.rounding = static_cast<uint64_t>(fegetround())};
#endif
}

bool SameHandler(const struct sigaction& a, const struct sigaction& b) {
  constexpr int kRestorer = 0x04000000;  // the C library adds it to whatever it sets
  return a.sa_handler == b.sa_handler && ((a.sa_flags ^ b.sa_flags) & ~kRestorer) == 0;
}

cpu_set_t Affinity() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  ::sched_getaffinity(0, sizeof(processors), &processors);
  return processors;
}

// There is no other way to read it.
mode_t Umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

bool SameFolder(int folder) {
  struct stat then {
  }, now{};
  return ::fstat(folder, &then) != 0 ||
         (::stat(".", &now) == 0 && then.st_dev == now.st_dev && then.st_ino == now.st_ino);
}

}  // namespace

FloatControl::FloatControl() { ::fegetenv(&environment_); }

std::set<std::string> FloatControl::Restore() const {
  fenv_t now;
  ::fegetenv(&now);
  const Control was = ControlOf(environment_), is = ControlOf(now);
  std::set<std::string> changed;
  if (is.rounding != was.rounding) changed.insert("the rounding mode");
  if (is.denormals != was.denormals) changed.insert("what becomes of denormals (FTZ, DAZ)");
  if (is.rest != was.rest) changed.insert("the floating-point exceptions that trap");
  if (!changed.empty()) ::fesetenv(&environment_);
  return changed;
}

ProcessState::ProcessState()
    : locale_(std::setlocale(LC_ALL, nullptr)),
      locale_of_thread_(::uselocale(nullptr)),
      folder_(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)),
      umask_(Umask()),
      processors_(Affinity()) {
  for (int signal = 1; signal < static_cast<int>(handlers_.size()); ++signal) {
    struct sigaction& handler = handlers_[static_cast<size_t>(signal)];
    if (::sigaction(signal, nullptr, &handler) != 0) handler = {};
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked_);
}

ProcessState::~ProcessState() {
  if (folder_ >= 0) ::close(folder_);
}

std::set<std::string> ProcessState::Restore() const {
  std::set<std::string> changed = float_.Restore();
  RestoreLocale(changed);
  RestoreSignals(changed);
  RestoreFolder(changed);
  RestoreAffinity(changed);
  return changed;
}

void ProcessState::RestoreLocale(std::set<std::string>& changed) const {
  const bool of_thread = ::uselocale(nullptr) != locale_of_thread_;
  if (of_thread) ::uselocale(locale_of_thread_);
  // First, since a named one sets the C library's as well.
  const bool of_streams = std::locale() != locale_of_streams_;
  if (of_streams) std::locale::global(locale_of_streams_);
  const bool of_process = locale_ != std::setlocale(LC_ALL, nullptr);
  if (of_process) std::setlocale(LC_ALL, locale_.c_str());
  if (of_thread || of_streams || of_process) changed.insert("the locale");
}

void ProcessState::RestoreSignals(std::set<std::string>& changed) const {
  for (int signal = 1; signal < static_cast<int>(handlers_.size()); ++signal) {
    const struct sigaction& was = handlers_[static_cast<size_t>(signal)];
    struct sigaction is {};
    if (::sigaction(signal, nullptr, &is) != 0 || SameHandler(was, is)) continue;
    ::sigaction(signal, &was, nullptr);
    const char* const name = ::sigabbrev_np(signal);
    changed.insert("the handler of " + (name != nullptr ? "SIG" + std::string(name)
                                                        : "signal " + std::to_string(signal)));
  }
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, &blocked_, &blocked);
  for (int signal = 1; signal < static_cast<int>(handlers_.size()); ++signal) {
    if (::sigismember(&blocked, signal) == ::sigismember(&blocked_, signal)) continue;
    changed.insert("which signals are blocked");
    break;
  }
}

void ProcessState::RestoreFolder(std::set<std::string>& changed) const {
  if (folder_ >= 0 && !SameFolder(folder_)) {
    changed.insert(::fchdir(folder_) == 0 ? "the working directory"
                                          : "the working directory (for good)");
  }
  if (::umask(umask_) != umask_) changed.insert("the umask");
}

void ProcessState::RestoreAffinity(std::set<std::string>& changed) const {
  const cpu_set_t now = Affinity();
  if (CPU_EQUAL(&now, &processors_)) return;
  ::sched_setaffinity(0, sizeof(processors_), &processors_);
  changed.insert("on which processors it runs");
}

std::string DescribeChanges(const std::set<std::string>& changed, const std::string& when) {
  if (changed.empty()) return "";
  std::string list;
  for (const std::string& one : changed) list += (list.empty() ? "" : ", ") + one;
  return "the backend changed " + list + " " + when + "; put back";
}

std::set<int> ThreadIds() {
  std::set<int> threads;
  std::error_code problem;  // a thread may end while it is looked at
  std::filesystem::directory_iterator entry("/proc/self/task", problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem))
    threads.insert(std::atoi(entry->path().filename().c_str()));
  return threads;
}

std::set<int> ThreadsSince(const std::set<int>& before, size_t expected) {
  std::set<int> since;
  for (int look = 0; look < 20; ++look) {
    since = ThreadIds();
    for (const int thread : before) since.erase(thread);
    if (since.size() <= expected) break;
    ::usleep(1000);
  }
  return since;
}

std::string DescribeThreads(const std::set<int>& threads) {
  std::set<std::string> names;
  for (const int thread : threads) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/comm");
    std::string name;
    if (std::getline(file, name)) names.insert(name);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
  return std::to_string(threads.size()) + (threads.size() == 1 ? " thread" : " threads") +
         (list.empty() ? "" : " (" + list + ")");
}

}  // namespace quantbench
