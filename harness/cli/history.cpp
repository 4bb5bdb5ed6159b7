// SPDX-License-Identifier: Apache-2.0
// quantbench history: how each case went over many results.
#include "compare/history.h"

#include <iostream>

#include "cli/commands.h"

namespace quantbench {

void AddHistory(CLI::App& app, int& exit_code) {
  struct Options {
    std::vector<std::filesystem::path> results;
    std::string format = "text", only;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      *app.add_subcommand("history", "Show how each case went over many results, oldest first");
  command.add_option("results", options->results, "Folders or results.json files")
      ->type_name("RESULTS")
      ->required();
  command.add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("NAME");
  command.add_option("--only", options->only, "Only the cases whose id matches")->type_name("GLOB");
  command.callback([options, &exit_code] {
    std::vector<LoadedResults> results;
    for (const std::filesystem::path& path : options->results) results.push_back(LoadResults(path));
    const std::vector<CaseHistory> history =
        HistoryOf(results, options->only.empty() ? std::nullopt : std::optional(options->only));
    if (options->format == "json") {
      WriteHistoryJson(history, std::cout);
    } else {
      WriteHistoryText(history, std::cout);
    }
    exit_code = history.empty() ? kNothingMeasured : kGood;
  });
}

}  // namespace quantbench
