// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: a live line on terminals, one closing line everywhere.
#include "support/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

namespace quantbench {
namespace {

LogSettings settings_now;  // set once, before there are threads

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

constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(5);

bool WantsJson() { return settings_now.format == LogFormat::kJson; }
bool WantsLiveLine() { return StderrIsTerminal() && !settings_now.quiet && !WantsJson(); }

void WriteJson(const char* level, nlohmann::ordered_json fields) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char time[32];
  std::strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &parts);
  nlohmann::ordered_json line{{"time", time}, {"level", level}};
  line.update(fields);
  // Bytes that are no UTF-8, from a file's name say, are replaced.
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fprintf(stderr, "%s\n", text.c_str());
}

void Write(const char* level, const char* prefix, const std::string& line) {
  if (WantsJson()) {
    WriteJson(level, {{"message", line}});
  } else {
    std::fprintf(stderr, "%s%s\n", prefix, line.c_str());
  }
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

void SetLog(const LogSettings& settings) { settings_now = settings; }

void Log(const std::string& line) {
  if (!settings_now.quiet) Write("info", "", line);
}

void LogDetail(const std::string& line) {
  if (settings_now.verbose && !settings_now.quiet) Write("detail", "", line);
}

void Warn(const std::string& line) { Write("warning", "warning: ", line); }

Progress::Progress(std::string stage, std::string unit)
    : stage_(std::move(stage)), unit_(std::move(unit)), start_(Clock::now()) {}

Progress::~Progress() {
  if (WantsLiveLine()) std::fputs(kClearLine, stderr);
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
  if (settings_now.quiet) return;
  const Clock::time_point now = Clock::now();
  const bool live = WantsLiveLine();
  const Clock::time_point last = std::max(drawn_, live ? drawn_ : start_);
  if (now - last < (live ? Clock::duration(kRedrawEvery) : Clock::duration(kLineEvery))) return;
  drawn_ = now;
  Draw(total, std::chrono::duration<double>(now - start_).count());
}

void Progress::Draw(int64_t total, double seconds) const {
  const double rate = static_cast<double>(done_) / std::max(seconds, 1e-9);
  const double left = rate > 0 ? static_cast<double>(total - done_) / rate : 0.0;
  if (WantsJson()) {
    return WriteJson("progress", {{"stage", stage_},
                                  {"unit", unit_},
                                  {"done", done_},
                                  {"total", total},
                                  {"per_second", rate},
                                  {"seconds_left", left}});
  }
  const bool live = WantsLiveLine();
  std::fprintf(stderr, "%s%s: %lld/%lld %s, %.1f/s, %s left%s", live ? kClearLine : "",
               stage_.c_str(), static_cast<long long>(done_), static_cast<long long>(total),
               unit_.c_str(), rate, Seconds(left).c_str(), live ? "" : "\n");
}

}  // namespace quantbench
