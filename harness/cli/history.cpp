// SPDX-License-Identifier: Apache-2.0
// quantbench history: how each case went over many results.
#include "compare/history.h"

#include <iostream>
#include <optional>
#include <set>

#include "cli/commands.h"
#include "html/history.h"
#include "record/read_results.h"
#include "support/error.h"
#include "support/files.h"
#include "support/progress.h"

namespace quantbench {
namespace {

struct Options {
  std::vector<std::filesystem::path> results;
  std::filesystem::path budget, out;
  std::string format = "text", only;
  size_t last = 0;  // 0: all
};

constexpr char kFooter[] =
    "Each result is compared with the one before it, as `quantbench compare` does.\n"
    "Exit status: 0, whatever the history tells; 4 there is no case in it; 2 bad usage or a broken "
    "file.\n"
    "Examples:\n"
    "  quantbench history nightly/\n"
    "  quantbench history nightly/2026-11-*/ --only 'x86_vnni/*' --format html --out history.html";

struct Found {
  std::vector<LoadedResults> results;
  std::vector<std::string> left_out;
};

// Samples make most of a file, and a history may be of hundreds.
LoadedResults LoadWithoutSamples(const std::filesystem::path& file) {
  LoadedResults loaded = LoadResults(file);
  for (Row& row : loaded.results.rows) row.latency.samples_ms = std::vector<double>();
  return loaded;
}

// What is named itself has to be readable; of what is found below a folder, the rest is told.
Found Load(const std::vector<std::filesystem::path>& paths) {
  Found found;
  std::set<std::filesystem::path> seen;
  std::optional<Error> broken;
  for (const std::filesystem::path& path : paths) {
    const std::vector<std::filesystem::path> files = AllResultsFiles(path);
    const bool named =
        !std::filesystem::is_directory(path) || std::filesystem::exists(path / "results.json");
    for (const std::filesystem::path& file : files) {
      if (!seen.insert(std::filesystem::weakly_canonical(file)).second) continue;
      try {
        found.results.push_back(LoadWithoutSamples(file));
      } catch (const Error& error) {
        if (named) throw;
        broken = error;
        found.left_out.push_back("left out: " + std::string(error.what()));
      }
    }
  }
  if (found.results.empty() && broken) throw Error(*broken);
  return found;
}

History Tell(const Options& options) {
  Found found = Load(options.results);
  HistoryOptions history_options;
  if (!options.only.empty()) history_options.only = options.only;
  if (!options.budget.empty()) history_options.budget = LoadBudget(options.budget);
  if (options.last > 0) KeepLast(options.last, found.results);
  History history = HistoryOf(found.results, history_options);
  history.warnings.insert(history.warnings.begin(), found.left_out.begin(), found.left_out.end());
  return history;
}

void Write(const History& history, const std::string& format, std::ostream& stream, bool color) {
  if (format == "html") {
    stream << HtmlHistory(history);
  } else if (format == "json") {
    WriteHistoryJson(history, stream);
  } else {
    WriteHistoryText(history, stream, color);
  }
}

}  // namespace

void AddHistory(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command =
      app.AddSubcommand("history", "Show how each case went over many results, oldest first");
  command.Footer(kFooter);
  command
      .AddOption("results", options->results,
                 "Folders of runs, folders that hold such folders, or results.json files")
      .TypeName("RESULTS")
      .Required();
  command
      .AddOption("--format", options->format,
                 "text, json, or html: one page with a chart a case, which loads nothing")
      .OneOf({"text", "json", "html"})
      .TypeName("NAME");
  command.AddOption("--out", options->out, "Write to this file instead of stdout").TypeName("FILE");
  command.AddOption("--only", options->only, "Only the cases whose id matches").TypeName("GLOB");
  command.AddOption("--last", options->last, "Only so many results, the latest ones")
      .Positive()
      .Text("N");
  command
      .AddOption("--budget", options->budget,
                 "What counts as better or worse, a YAML file (see docs/compare.md)")
      .TypeName("FILE");
  command.OnCall([options, &exit_code] {
    const History history = Tell(*options);
    if (options->out.empty()) {
      Write(history, options->format, std::cout, StdoutWantsColor());
    } else {
      WriteFileAtomically(options->out, [&](std::ostream& stream) {
        Write(history, options->format, stream, false);
      });
      Log("history: " + options->out.string());
    }
    exit_code = history.cases.empty() ? kNothingMeasured : kGood;
  });
}

}  // namespace quantbench
