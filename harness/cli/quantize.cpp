// SPDX-License-Identifier: Apache-2.0
// quantbench quantize: only the model files of a scenario.
#include <iostream>

#include "cli/commands.h"
#include "run/run.h"
#include "support/error.h"
#include "support/printable.h"

namespace quantbench {

void AddQuantize(Command app, int& exit_code) {
  struct Options : ScenarioOptions {
    std::filesystem::path out;
    CacheLimit cache_limit;
  };
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "quantize", "Write the float and quantised ONNX files of a scenario, and measure nothing");
  AddScenarioOptions(command, *options);
  command.AddOption("--out", options->out, "Folder of the .onnx files").TypeName("DIR").Required();
  options->cache_limit.AddTo(command);
  command.OnCall([options, &exit_code] {
    const auto begin = std::chrono::system_clock::now();
    std::vector<ModelFile> files;
    try {
      files = QuantizeScenario(options->Load(), {.out = options->out,
                                                 .cache = options->CacheFolder(),
                                                 .plugin_folders = options->plugin_folders,
                                                 .filter = options->filter,
                                                 .jobs = options->Jobs()});
    } catch (const WriteError& error) {
      throw WriteError(error.what() + std::string(kGoOn));
    }
    for (const ModelFile& file : files)
      std::cout << Printable(file.path.string()) << "  " << file.bytes << " bytes\n";
    options->cache_limit.Enforce(options->CacheFolder(), begin);
    exit_code = kGood;
  });
}

}  // namespace quantbench
