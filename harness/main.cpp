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
  CLI::App app("quantbench: what is gained and lost when an image classifier is quantised",
               "quantbench");
  app.set_version_flag("--version", QUANTBENCH_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  app.failure_message(quantbench::UsageError);
  int exit_code = quantbench::kGood;
  quantbench::AddRun(app, exit_code);
  quantbench::AddPlan(app, exit_code);
  quantbench::AddPlugins(app, exit_code);
  quantbench::AddCheck(app, exit_code);
  quantbench::AddInspect(app, exit_code);
  quantbench::AddQuantize(app, exit_code);
  quantbench::AddReport(app, exit_code);
  quantbench::AddTensor(app, exit_code);
  quantbench::AddCache(app, exit_code);
  quantbench::AddCompare(app, exit_code);
  quantbench::AddHistory(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? quantbench::kGood : quantbench::kBadInput;
  }
  return exit_code;
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
