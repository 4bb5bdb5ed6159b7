// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: a live line on terminals, one closing line everywhere.
#include "support/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

LogSettings settings_now;  // set once, before there are threads
thread_local bool thread_is_quiet = false;

constexpr char kClearLine[] = "\r\033[K";

constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(5);

size_t StderrColumns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col : 80;
}

// A line that wraps couldn't be cleared again: names lose their ends, numbers stay.
std::string FittedLine(std::string stage, const std::string& numbers, const std::string& detail,
                       size_t width) {
  constexpr size_t kShortestStage = 12;
  const size_t room = std::max(width - std::min(width, numbers.size()), kShortestStage);
  if (stage.size() > room) stage = stage.substr(0, room - 3) + "...";
  return (stage + numbers + detail).substr(0, width);
}

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
  std::fprintf(stderr, "%s\n", PrintableLines(text).c_str());
}

void Write(const char* level, const char* prefix, const std::string& line) {
  if (WantsJson()) {
    WriteJson(level, {{"message", line}});
  } else {
    std::fprintf(stderr, "%s\n", PrintableLines(prefix + line).c_str());
  }
}

}  // namespace

bool StderrIsTerminal() { return ::isatty(STDERR_FILENO) == 1; }

std::optional<size_t> StdoutColumns() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::optional<size_t>(size.ws_col) : std::nullopt;
}

bool StdoutWantsColor() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  const bool refused = (no_color != nullptr && *no_color != '\0') ||
                       (term != nullptr && std::string_view(term) == "dumb");
  return ::isatty(STDOUT_FILENO) == 1 && !refused;
}

void SetLog(const LogSettings& settings) { settings_now = settings; }

void Log(const std::string& line) {
  if (!settings_now.quiet && !thread_is_quiet) Write("info", "", line);
}

void LogDetail(const std::string& line) {
  if (settings_now.verbose && !settings_now.quiet && !thread_is_quiet) Write("detail", "", line);
}

void Warn(const std::string& line) {
  if (!thread_is_quiet) Write("warning", "warning: ", line);
}

void LogError(const std::string& line) { Write("error", "quantbench: ", line); }

QuietThread::QuietThread() : before_(std::exchange(thread_is_quiet, true)) {}
QuietThread::~QuietThread() { thread_is_quiet = before_; }

Progress::Progress(std::string stage, std::string unit, Closing closing)
    : stage_(std::move(stage)),
      unit_(std::move(unit)),
      closing_(closing),
      start_(Clock::now()),
      quiet_(thread_is_quiet || settings_now.quiet) {}

Progress::~Progress() {
  if (WantsLiveLine() && !quiet_) std::fputs(kClearLine, stderr);
  if (done_ == 0) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (closing_ == Closing::kIfSlow && seconds < 1) return;
  const std::string one(Singular(unit_));
  Log(stage_ + ": " + std::to_string(done_) + " " + (done_ == 1 ? one : unit_) + " in " +
      DurationText(seconds) + " (" +
      FixedText(static_cast<double>(done_) / std::max(seconds, 1e-9), 1) + "/s)");
}

void Progress::Update(int64_t done, int64_t total, const std::string& current) {
  const std::lock_guard lock(mutex_);
  done_ = std::max(done_, done);
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  const bool live = WantsLiveLine();
  const Clock::time_point last = std::max(drawn_, live ? drawn_ : start_);
  if (now - last < (live ? Clock::duration(kRedrawEvery) : Clock::duration(kLineEvery))) return;
  drawn_ = now;
  Draw(total, std::chrono::duration<double>(now - start_).count(), current);
}

void Progress::Draw(int64_t total, double seconds, const std::string& current) const {
  const double rate = static_cast<double>(done_) / std::max(seconds, 1e-9);
  const double left = rate > 0 ? static_cast<double>(total - done_) / rate : 0.0;
  if (WantsJson()) {
    nlohmann::ordered_json fields = {{"stage", stage_},    {"unit", unit_},
                                     {"done", done_},      {"total", total},
                                     {"per_second", rate}, {"seconds_left", left}};
    if (!current.empty()) fields["current"] = current;
    return WriteJson("progress", fields);
  }
  std::string numbers = ": " + std::to_string(done_) + "/" + std::to_string(total) + " " + unit_;
  if (done_ > 0) numbers += ", " + FixedText(rate, 1) + "/s, " + DurationText(left) + " left";
  const std::string detail = current.empty() ? "" : ", " + Printable(current);
  const std::string stage = Printable(stage_);
  if (WantsLiveLine()) {
    std::fprintf(stderr, "%s%s", kClearLine,
                 FittedLine(stage, numbers, detail, StderrColumns() - 1).c_str());
  } else {
    std::fprintf(stderr, "%s%s%s\n", stage.c_str(), numbers.c_str(), detail.c_str());
  }
}

}  // namespace quantbench
