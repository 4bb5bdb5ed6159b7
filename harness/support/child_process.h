// SPDX-License-Identifier: Apache-2.0
// A child process that runs this very program, with one socket to talk over.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

// The child's end of the socket; its stdout goes to stderr, its stdin is empty.
inline constexpr int kChildSocket = 3;

// How a child ended.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;  // 0: it exited
  int64_t peak_mib = 0;
};

// A line-based channel over a socket: whole lines or nothing.
class LineSocket {
 public:
  explicit LineSocket(int descriptor) : descriptor_(descriptor) {}

  // Appends the newline. False where the other side is gone.
  bool Write(std::string_view line);
  enum class Got { kLine, kEnd, kTimeout };
  // Waits for a line until the deadline; throws Interrupt when a signal comes meanwhile.
  Got Read(std::string& line, std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  int descriptor_;
  std::string received_;  // not yet handed out
};

// Starts /proc/self/exe, so that a program that is replaced meanwhile still talks to its own
// version; behind the words of QUANTBENCH_LAUNCHER where that is set (an emulator). The child dies
// with the process, never later.
class ChildProcess {
 public:
  // Throws Error with the system's reason.
  explicit ChildProcess(const std::vector<std::string>& arguments);
  ~ChildProcess();  // kills and waits
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  LineSocket& socket() { return socket_; }
  void Kill();
  ChildEnd Wait();

 private:
  int descriptor_ = -1;
  pid_t pid_ = -1;
  LineSocket socket_;
};

}  // namespace quantbench
