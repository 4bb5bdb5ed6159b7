// SPDX-License-Identifier: Apache-2.0
// quantbench: command line to subcommand, errors to exit codes.
#include <exception>

#include "cli/commands.h"
#include "support/error.h"
#include "support/progress.h"
#include "worker/worker_main.h"

namespace {

constexpr char kFooter[] =
    "Exit status: 0 good; 1 a case failed; 2 bad usage, scenario, model or data;\n"
    "3 regression; 4 nothing was measured or it can't be compared; 130 and 143 stopped by a "
    "signal.\n"
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
  quantbench::AddPlan(root, exit_code);
  quantbench::AddPlugins(root, exit_code);
  quantbench::AddCheck(root, exit_code);
  quantbench::AddInspect(root, exit_code);
  quantbench::AddPredict(root, exit_code);
  quantbench::AddQuantize(root, exit_code);
  quantbench::AddReport(root, exit_code);
  quantbench::AddTensor(root, exit_code);
  quantbench::AddCache(root, exit_code);
  quantbench::AddCompare(root, exit_code);
  quantbench::AddHistory(root, exit_code);
  return command_line.Run(argc, argv) ? exit_code : quantbench::kBadInput;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (quantbench::RanAsWorker(argc, argv)) return quantbench::kGood;
    return RunCommandLine(argc, argv);
  } catch (const quantbench::Error& error) {
    quantbench::LogError(error.what());
  } catch (const std::bad_alloc&) {
    quantbench::LogError("out of memory");
  } catch (const std::exception& error) {
    quantbench::LogError(std::string("internal error: ") + error.what());
  }
  return quantbench::kBadInput;
}
