// SPDX-License-Identifier: Apache-2.0
// What foreign code may change of the process and thread that it is called in: noticed, put back.
#pragma once

#include <fenv.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <sys/types.h>

#include <array>
#include <locale>
#include <set>
#include <string>

namespace quantbench {

// How this thread computes: rounding, what becomes of denormals, whether exceptions trap. Taking
// and comparing it costs some tens of nanoseconds.
class FloatControl {
 public:
  FloatControl();  // as it is now
  // Puts it back; what had changed, in words, empty where nothing had.
  std::set<std::string> Restore() const;

 private:
  fenv_t environment_;
};

// That and what is the whole process's: locale, signal handlers, working directory, umask, which
// processors the calling thread may take.
class ProcessState {
 public:
  ProcessState();  // as it is now
  ~ProcessState();
  ProcessState(const ProcessState&) = delete;
  ProcessState& operator=(const ProcessState&) = delete;

  // Puts back what was changed since; what it was, in words.
  std::set<std::string> Restore() const;

 private:
  void RestoreLocale(std::set<std::string>& changed) const;
  void RestoreSignals(std::set<std::string>& changed) const;
  void RestoreFolder(std::set<std::string>& changed) const;
  void RestoreAffinity(std::set<std::string>& changed) const;

  FloatControl float_;
  std::string locale_;
  locale_t locale_of_thread_;
  std::locale locale_of_streams_;
  std::array<struct sigaction, 65> handlers_;
  sigset_t blocked_;
  int folder_;
  mode_t umask_;
  cpu_set_t processors_;
};

// "the backend changed the locale, the umask WHEN; put back"; empty where nothing was changed.
std::string DescribeChanges(const std::set<std::string>& changed, const std::string& when);

// The threads of this process by their ids; empty without /proc.
std::set<int> ThreadIds();
// Those that weren't among them. One that has just been joined may be there for a moment, so more
// than `expected` are looked at again.
std::set<int> ThreadsSince(const std::set<int>& before, size_t expected = 0);
// Their names: "3 threads ('omp', 'worker')".
std::string DescribeThreads(const std::set<int>& threads);

}  // namespace quantbench
