// SPDX-License-Identifier: Apache-2.0
// A child process that runs this very program, with one socket to talk over.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/descriptor.h"
#include "support/line_reader.h"

namespace quantbench {

// The child's end of the socket; its stdout and stderr are one pipe, its stdin is empty.
inline constexpr int kChildSocket = 3;

// How a child ended.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  // 0: it exited
  int64_t peak_mib = 0;
};

// The child's side: whole lines or nothing.
class LineSocket {
 public:
  explicit LineSocket(int descriptor) : descriptor_(descriptor) {}

  // Appends the newline. False where the other side is gone.
  bool Write(std::string_view line);
  // Waits for a line; false at the end.
  bool Read(std::string& line);

 private:
  int descriptor_;
  LineReader reader_;
};

// Starts /proc/self/exe, so that a program that is replaced meanwhile still talks to its own
// version; behind the words of QUANTBENCH_LAUNCHER where that is set (an emulator). The child leads
// a session of its own and dies with this process, never later; what it started dies with it.
class ChildProcess {
 public:
  using Clock = std::chrono::steady_clock;
  // What the child prints, piece by piece.
  using OutputCallback = std::function<void(std::string_view)>;

  // Throws Error with the system's reason.
  ChildProcess(const std::vector<std::string>& arguments, OutputCallback output);
  ~ChildProcess();  // End()
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Appends the newline. False where the child doesn't listen.
  bool Write(std::string_view line);

  enum class Got {
    kLine,
    kClosed,   // nothing more will come, but the child may be there still
    kEnded,    // the child is no more, whoever holds its end of the socket
    kTimeout,  // neither until the deadline
    kTooLong   // a line of more than `max_bytes`
  };
  // Waits for a line; throws Interrupt when a signal comes meanwhile.
  Got Read(std::string& line, size_t max_bytes, Clock::time_point deadline);

  // Waits until the child has ended by itself; nullopt where it hasn't until the deadline. Throws
  // Interrupt when a signal comes meanwhile.
  std::optional<ChildEnd> Wait(Clock::time_point deadline);

  // Whether it has started no process that is there still.
  bool IsAlone() const;
  int64_t PrivateMib() const;  // see support/process_tree.h

  // Kills the child and everything that it left behind, hands over what it printed last, and
  // returns how many processes it had left behind. Takes seconds at most, whatever they do.
  int End();

 private:
  bool HasEnded() const;
  bool Reap();  // false where it hasn't ended
  // One wait for socket, output, the child's end and signals.
  void Poll(bool& socket_is_ready, Clock::time_point deadline);
  void TakeOutput();

  OutputCallback output_;
  Descriptor socket_, printed_;
  Descriptor process_;  // readable when the child has ended; -1: this kernel doesn't have it
  pid_t pid_ = -1;
  std::optional<ChildEnd> end_;
  bool closed_ = false;
  int left_behind_ = 0;
  LineReader reader_;
};

}  // namespace quantbench
