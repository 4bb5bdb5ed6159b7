// SPDX-License-Identifier: Apache-2.0
// quantbench: command line to subcommand, errors to exit codes.
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/progress.h"
#include "support/standard_output.h"
#include "worker/worker_main.h"

namespace {

constexpr char kFooter[] =
    "Exit status: 0 good; 1 a case failed; 2 bad usage, scenario, model or data;\n"
    "3 regression; 4 nothing was measured or it can't be compared; 129, 130 and 143 stopped "
    "by a signal.\n"
    "QUANTBENCH_ISA forces an ISA path, QUANTBENCH_PLUGIN_PATH adds plugin folders,\n"
    "QUANTBENCH_CACHE moves the cache, QUANTBENCH_CACHE_LIMIT limits it,\n"
    "NO_COLOR turns colours off.";

int RunCommandLine(int argc, char** argv) {
  quantbench::CommandLine command_line(
      "quantbench", "quantbench: what is gained and lost when an image classifier is quantised",
      QUANTBENCH_VERSION);
  quantbench::Command root = command_line.root();
  root.RequireSubcommand();
  root.Footer(kFooter);
  int exit_code = quantbench::kGood;
  quantbench::AddRun(root, exit_code);
  quantbench::AddInit(root, exit_code);
  quantbench::AddPlan(root, exit_code);
  quantbench::AddPlugins(root, exit_code);
  quantbench::AddCheck(root, exit_code);
  quantbench::AddDiagnose(root, exit_code);
  quantbench::AddTune(root, exit_code);
  quantbench::AddInspect(root, exit_code);
  quantbench::AddMerge(root, exit_code);
  quantbench::AddPredict(root, exit_code);
  quantbench::AddQuantize(root, exit_code);
  quantbench::AddReport(root, exit_code);
  quantbench::AddClasses(root, exit_code);
  quantbench::AddTensor(root, exit_code);
  quantbench::AddCache(root, exit_code);
  quantbench::AddCompare(root, exit_code);
  quantbench::AddAb(root, exit_code);
  quantbench::AddHistory(root, exit_code);
  return command_line.Run(argc, argv) ? exit_code : quantbench::kBadInput;
}

// Errors to messages and exit codes.
int Guarded(const std::function<int()>& work) {
  using quantbench::LogError;
  try {
    return work();
  } catch (const quantbench::WriteError& error) {
    LogError(error.what());
    return quantbench::kCaseFailed;
  } catch (const quantbench::Error& error) {
    LogError(error.what());
  } catch (const quantbench::Interrupt& interrupt) {
    LogError(interrupt.what());
    return 128 + interrupt.signal();  // as shells have it
  } catch (const std::bad_alloc&) {
    LogError("out of memory");
  } catch (const std::filesystem::filesystem_error& error) {
    LogError("can't use '" + error.path1().string() + "': " + error.code().message());
  } catch (const std::exception& error) {
    LogError(std::string("internal error: ") + error.what());
  }
  return quantbench::kBadInput;
}

// A verdict that nobody can read is worth nothing; what went wrong before is told already.
int WithLostOutput(int exit_code, const std::string& reason) {
  quantbench::LogError("can't write to stdout: " + reason + "; the output is lost");
  const bool good = exit_code == quantbench::kGood || exit_code == quantbench::kRegression ||
                    exit_code == quantbench::kNothingMeasured;
  return good ? quantbench::kCaseFailed : exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  quantbench::StandardOutput output;
  bool is_worker = false;
  const int exit_code = Guarded([&] {
    is_worker = quantbench::RanAsWorker(argc, argv);
    return is_worker ? quantbench::kGood : RunCommandLine(argc, argv);
  });
  if (is_worker) return exit_code;
  const std::optional<std::string> lost = output.Finish();
  return lost ? WithLostOutput(exit_code, *lost) : exit_code;
}
