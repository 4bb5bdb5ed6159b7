// SPDX-License-Identifier: Apache-2.0
// Messages and the live progress line, all on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace quantbench {

// Whether stderr / stdout is a terminal that wants colours (NO_COLOR and TERM=dumb respected).
bool StderrIsTerminal();
bool StdoutWantsColor();
// Columns of the terminal that stdout is; nothing where it is none.
std::optional<size_t> StdoutColumns();

enum class LogFormat { kText, kJson };  // kJson: one object a line, with time, level and message
struct LogSettings {
  bool quiet = false;    // only warnings
  bool verbose = false;  // LogDetail as well
  LogFormat format = LogFormat::kText;
};
void SetLog(const LogSettings& settings);

// One line on stderr each.
void Log(const std::string& line);
void LogDetail(const std::string& line);
void Warn(const std::string& line);
void LogError(const std::string& line);  // what ends the program

// While it lives, what this thread logs, warns of and shows of its progress isn't shown: somebody
// else tells it.
class QuietThread {
 public:
  QuietThread();
  ~QuietThread();
  QuietThread(const QuietThread&) = delete;
  QuietThread& operator=(const QuietThread&) = delete;

 private:
  bool before_;
};

// One stage of work with a known number of steps. On a terminal one live line: done, total, rate,
// time left, what is being done; elsewhere such a line every few seconds; at the end one line that
// stays. Thread-safe.
class Progress {
 public:
  enum class Closing { kAlways, kIfSlow };  // slow: more than a second
  Progress(std::string stage, std::string unit, Closing closing = Closing::kAlways);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // `current` says what is being done, where the stage's name doesn't.
  void Update(int64_t done, int64_t total, const std::string& current = {});

 private:
  using Clock = std::chrono::steady_clock;
  void Draw(int64_t total, double seconds, const std::string& current) const;

  std::string stage_, unit_;
  Closing closing_;
  Clock::time_point start_, drawn_;
  int64_t done_ = 0;
  bool quiet_;  // see QuietThread
  std::mutex mutex_;
};

}  // namespace quantbench
