// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: a live line on terminals, one closing line everywhere.
#include "support/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace quantbench {
namespace {

std::atomic<bool> quiet_now = false;

constexpr char kClearLine[] = "\r\033[K";

std::string Seconds(double seconds) {
  char text[32];
  if (seconds < 90) {
    std::snprintf(text, sizeof(text), "%.1f s", seconds);
  } else {
    const auto whole = static_cast<long>(std::lround(seconds));
    std::snprintf(text, sizeof(text), "%ld:%02ld min", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace

bool StderrIsTerminal() { return ::isatty(STDERR_FILENO) == 1; }

bool StdoutWantsColor() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  const bool refused = (no_color != nullptr && *no_color != '\0') ||
                       (term != nullptr && std::string_view(term) == "dumb");
  return ::isatty(STDOUT_FILENO) == 1 && !refused;
}

void SetQuiet(bool quiet) { quiet_now = quiet; }

void Log(const std::string& line) {
  if (!quiet_now) std::fprintf(stderr, "%s\n", line.c_str());
}

void Warn(const std::string& line) { std::fprintf(stderr, "warning: %s\n", line.c_str()); }

Progress::Progress(std::string stage, std::string unit)
    : stage_(std::move(stage)), unit_(std::move(unit)), start_(Clock::now()) {}

Progress::~Progress() {
  if (StderrIsTerminal() && !quiet_now) std::fputs(kClearLine, stderr);
  if (done_ == 0) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  char rate[64];
  std::snprintf(rate, sizeof(rate), "%.1f %s/s",
                static_cast<double>(done_) / std::max(seconds, 1e-9), unit_.c_str());
  Log(stage_ + ": " + std::to_string(done_) + " " + unit_ + " in " + Seconds(seconds) + " (" +
      rate + ")");
}

void Progress::Update(int64_t done, int64_t total) {
  const std::lock_guard lock(mutex_);
  done_ = std::max(done_, done);
  const Clock::time_point now = Clock::now();
  if (quiet_now || !StderrIsTerminal() || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  Draw(done_, total, std::chrono::duration<double>(now - start_).count());
}

void Progress::Draw(int64_t done, int64_t total, double seconds) const {
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0.0;
  std::fprintf(stderr, "%s%s: %lld/%lld %s, %.1f/s, %s left", kClearLine, stage_.c_str(),
               static_cast<long long>(done), static_cast<long long>(total), unit_.c_str(), rate,
               Seconds(left).c_str());
}

}  // namespace quantbench
