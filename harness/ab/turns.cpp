// SPDX-License-Identifier: Apache-2.0
// Starts the builds' programs, and reads what they wrote.
#include "ab/turns.h"

#include <signal.h>
#include <sys/prctl.h>

#include <boost/process.hpp>
#include <boost/process/extend.hpp>
#include <system_error>

#include "record/read_results.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/files.h"
#include "support/interrupt.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

namespace process = boost::process;

// Of `run`: nothing failed; a case failed, which its row tells; nothing was measured.
constexpr int kAllRan = 0, kRowFailed = 1, kNoFigures = 4;

// Whatever becomes of this process, the other one ends with it.
constexpr auto kDieWithParent = [](auto&) { ::prctl(PR_SET_PDEATHSIG, SIGTERM); };

std::string LastLine(const std::filesystem::path& file) {
  std::string text = ReadTextFile(file);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const size_t newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

}  // namespace

Turns::Turns(const Build& build, const CommonArguments& arguments, const TurnSettings& settings,
             std::filesystem::path folder)
    : build_(build), arguments_(arguments), settings_(settings), folder_(std::move(folder)) {
  CreateFolder(folder_);
}

std::vector<std::string> Turns::CallOf(const std::filesystem::path& out) const {
  std::vector<std::string> call = {"run"};
  call.insert(call.end(), arguments_.scenario.begin(), arguments_.scenario.end());
  call.insert(call.end(), build_.settings.begin(), build_.settings.end());
  const std::string latency =
      "latency={warmup_seconds: " + TrimmedText(settings_.warmup_seconds, 6) +
      ", min_seconds: " + TrimmedText(settings_.min_seconds, 6) +
      ", repetitions: 1, pin: " + (settings_.pin ? "on" : "off") + "}";
  call.insert(call.end(), {"--restart", "--out", out.string(), "--set", latency});
  return call;
}

int Turns::Call(const std::vector<std::string>& arguments, const std::filesystem::path& log) const {
  ThrowIfInterrupted();
  process::environment environment = boost::this_process::environment();
  if (build_.brings_plugins) environment.erase("QUANTBENCH_PLUGIN_PATH");
  const auto start = [&](auto&& errors) {
    try {
      process::child child(build_.program.string(), process::args(arguments), environment,
                           process::std_in<process::null, process::std_out> process::null,
                           std::forward<decltype(errors)>(errors),
                           process::extend::on_exec_setup = kDieWithParent);
      child.wait();
      return child.exit_code();
    } catch (const std::system_error& error) {
      throw Error("can't run '" + build_.program.string() + "': " + error.code().message());
    }
  };
  const int status =
      log.empty() ? start(process::std_err > stderr) : start(process::std_err > log.string());
  ThrowIfInterrupted();
  return status;
}

Results Turns::First(bool evaluate) const {
  std::vector<std::string> call = CallOf(folder_);
  call.insert(call.end(), arguments_.selection.begin(), arguments_.selection.end());
  if (!evaluate) call.insert(call.end(), {"--set", "evaluation=off", "--set", "expect=off"});
  const int status = Call(call, {});
  if (status != kAllRan && status != kRowFailed && status != kNoFigures) {
    throw Error("'" + build_.given.string() + "' can't run the scenario (exit status " +
                std::to_string(status) + "); its messages are above");
  }
  return ReadResults(folder_);
}

Repetition Turns::Measure(const std::string& case_id) const {
  const std::filesystem::path out = folder_ / "turn", log = folder_ / "turn.log";
  std::vector<std::string> call = CallOf(out);
  call.insert(call.end(), {"--only", case_id, "--set", "evaluation=off", "--set", "expect=off"});
  const int status = Call(call, log);
  if (status == kAllRan) {
    const Results results = ReadResults(out);
    const Row* const row = results.Find(case_id);
    if (row != nullptr && row->latency.repetitions.size() == 1)
      return row->latency.repetitions.front();
  } else if (status == kRowFailed) {
    const Results results = ReadResults(out);
    if (const Row* const row = results.Find(case_id); row != nullptr)
      throw Error(std::string(ToString(row->status)) + ": " + row->detail);
  }
  throw Error("exit status " + std::to_string(status) + ": " + LastLine(log));
}

}  // namespace quantbench
