// SPDX-License-Identifier: Apache-2.0
// Ctrl-C, SIGTERM and SIGHUP as an orderly end instead of a sudden one.
#pragma once

#include <stdexcept>
#include <string>

namespace quantbench {

// The user asked to stop. Not an Error, which a case would take for its own failure.
class Interrupt : public std::runtime_error {
 public:
  explicit Interrupt(int signal);
  int signal() const { return signal_; }

 private:
  int signal_;
};

// From here on the first SIGINT, SIGTERM or SIGHUP is remembered, and a second one ends the process
// at once. A file that grows beyond a limit becomes an error of the write (SIGXFSZ is ignored).
// Call once, before other threads start.
void HandleInterrupts();

// Throws Interrupt where a signal came. Any thread.
void ThrowIfInterrupted();

// A descriptor that becomes readable with the first signal, for poll(); -1 before HandleInterrupts.
int InterruptDescriptor();

// "SIGSEGV (access to memory that isn't there)", or "signal 77".
std::string DescribeSignal(int signal);

}  // namespace quantbench
