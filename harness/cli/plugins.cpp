// SPDX-License-Identifier: Apache-2.0
// quantbench plugins: every plugin found, and why one can't be used.
#include <iostream>

#include "backend/discovery.h"
#include "cli/commands.h"
#include "quantbench/ext/numerics.h"
#include "support/error.h"
#include "support/printable.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

void Print(const FoundPlugin& plugin) {
  if (!plugin.refusal.empty()) {
    std::cout << Printable(plugin.library.filename().string()) << "  refused\n  "
              << Printable(plugin.refusal) << "\n";
    return;
  }
  const PluginInfo& info = *plugin.info;
  std::cout << Printable(info.name + " " + info.version + "  " + info.description) << "\n";
  std::cout << "  library  " << Printable(plugin.library.string()) << "\n";
  for (const IsaStatus& isa : info.isas) {
    const std::string runs = isa.why_not.empty() ? "runs here" : "can't run here: " + isa.why_not;
    std::cout << "  isa      " << Printable(isa.name + ": " + runs) << "\n";
  }
  for (const PluginOption& option : info.options) {
    std::string values;
    for (const std::string& value : option.values) values += (values.empty() ? "" : " | ") + value;
    std::cout << "  option   " << Printable(option.name + ": " + values + "  " + option.description)
              << "\n";
  }
  if (info.takes_16_bits) std::cout << "  takes    activations of 16 bits as well\n";
  if (info.takes_limits) std::cout << "  takes    activations of fewer than 8 bits as well\n";
  if (info.numerics.exact) return;
  std::cout << "  numerics tolerance: SQNR at least " << info.numerics.min_sqnr_db
            << " dB, Top-1 agreement at least " << info.numerics.min_top1_agreement_percent
            << "%, as the plugin promises\n";
  for (const Deviation& one : info.numerics.deviations) {
    std::cout << "  deviates " << Printable(one.cases) << ": ";
    if (one.min_sqnr_db <= QB_ANY_VALUES) {
      std::cout << "any values: ";
    } else {
      std::cout << "SQNR at least " << one.min_sqnr_db << " dB, Top-1 agreement at least "
                << one.min_top1_agreement_percent << "%: ";
    }
    std::cout << Printable(one.reason) << "\n";
  }
}

}  // namespace

void AddPlugins(Command app, int& exit_code) {
  struct Options {
    std::vector<std::filesystem::path> folders;
    std::vector<std::filesystem::path> files;
  };
  const auto options = std::make_shared<Options>();
  Command command =
      app.AddSubcommand("plugins", "List the backend plugins, their ISA paths, and what runs here");
  AddPluginPath(command, options->folders);
  command
      .AddOption("plugin", options->files,
                 "Look at these libraries instead of searching; exit status 2 if one is refused")
      .TypeName("FILE");
  command.OnCall([options, &exit_code] {
    exit_code = kGood;
    // In a child: a plugin may crash when it is loaded.
    const std::unique_ptr<Runner> runner = MakeRunner({});
    const ProbeFunction probe = [&](const auto& libraries) { return runner->Probe(libraries); };
    for (const std::filesystem::path& file : options->files) {
      const ProbeResult result = probe({file}).front();
      if (!result.info) throw Error(result.refusal);
      Print({.library = file, .info = result.info, .refusal = {}});
    }
    if (!options->files.empty()) return;
    const std::vector<std::filesystem::path> folders = PluginFolders(options->folders);
    const std::vector<FoundPlugin> found = FindPlugins(folders, probe);
    for (const FoundPlugin& plugin : found) Print(plugin);
    if (!found.empty()) return;
    std::cerr << "no plugin found; looked in:\n";
    for (const std::filesystem::path& folder : folders)
      std::cerr << "  " << folder.string() << "\n";
    exit_code = kNothingMeasured;
  });
}

}  // namespace quantbench
