// SPDX-License-Identifier: Apache-2.0
// A flag and a pipe that the signal handler sets, both safe in a handler.
#include "support/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "support/error.h"

namespace quantbench {
namespace {

std::atomic<int> caught = 0;
int wake[2] = {-1, -1};

extern "C" void Remember(int signal) {
  const int kept = errno;
  caught = signal;
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(wake[1], &byte, 1);
  errno = kept;
}

}  // namespace

Interrupt::Interrupt(int signal)
    : std::runtime_error("interrupted by " + DescribeSignal(signal)), signal_(signal) {}

void HandleInterrupts() {
  if (wake[0] >= 0) return;
  if (::pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) throw Error("no descriptors left for a pipe");
  struct sigaction action {};
  action.sa_handler = &Remember;
  // One chance to end in order; the second signal has its usual effect.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
  // The terminal is gone, or the session: also a reason to end in order, unless nohup says no.
  struct sigaction before {};
  ::sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, nullptr);
}

void ThrowIfInterrupted() {
  if (const int signal = caught; signal != 0) throw Interrupt(signal);
}

int InterruptDescriptor() { return wake[0]; }

std::string DescribeSignal(int signal) {
  static constexpr struct {
    int number;
    const char* text;
  } kSignals[] = {{SIGSEGV, "SIGSEGV (access to memory that isn't there)"},
                  {SIGILL, "SIGILL (an instruction that this CPU doesn't have)"},
                  {SIGABRT, "SIGABRT (abort, a failed assertion or an uncaught exception)"},
                  {SIGFPE, "SIGFPE (integer division by zero)"},
                  {SIGBUS, "SIGBUS (access beyond a mapped file, or misaligned)"},
                  {SIGTRAP, "SIGTRAP"},
                  {SIGKILL, "SIGKILL (from outside; the kernel does so when memory runs out)"},
                  {SIGXCPU, "SIGXCPU (limit of processor time)"},
                  {SIGHUP, "SIGHUP (the terminal is gone)"},
                  {SIGINT, "SIGINT"},
                  {SIGTERM, "SIGTERM"}};
  for (const auto& known : kSignals) {
    if (known.number == signal) return known.text;
  }
  return "signal " + std::to_string(signal);
}

}  // namespace quantbench
