// SPDX-License-Identifier: Apache-2.0
// quantbench classes: single classes, confusions and flipped images of a finished run.
#include <iostream>

#include "classes/write_pair.h"
#include "cli/commands.h"
#include "support/error.h"
#include "support/files.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr char kClassesFooter[] =
    "Examples:\n"
    "  quantbench classes results/default\n"
    "  quantbench classes results/default --new '*per_tensor/b1*' --table images --limit 0\n"
    "  quantbench classes results/default --format csv --table confusions --out confusions.csv";

struct ClassesOptions {
  std::filesystem::path results, out;
  std::string base, changed, format = "text", table = "all";
  int64_t limit = 10;
};

PairTables TablesOf(const ClassesOptions& options) {
  const auto wants = [&](const char* name) {
    return options.table == name || options.table == "all";
  };
  return {.classes = wants("classes"),
          .confusions = wants("confusions"),
          .images = wants("images"),
          .limit = static_cast<size_t>(options.limit)};
}

int WriteClasses(const ClassesOptions& options) {
  const LoadedResults loaded = LoadResults(options.results);
  if (loaded.results.is_edited)
    Warn(loaded.file.string() + " was edited by hand: its digest isn't that of its content");
  const ClassResults results(loaded);
  for (const std::string& sentence : results.missing())
    Warn(loaded.file.string() + ": " + sentence);
  if (results.answers().empty()) return kNothingMeasured;
  const CaseAnswers& base =
      options.base.empty() ? results.DefaultBase() : results.Find(options.base, "--base");
  const CaseAnswers& changed =
      options.changed.empty() ? results.DefaultNew() : results.Find(options.changed, "--new");
  const auto write = [&](std::ostream& stream) {
    const PairTables tables = TablesOf(options);
    if (options.format == "json") return WritePairJson(results, base, changed, stream);
    if (options.format == "csv") return WritePairCsv(results, base, changed, tables, stream);
    WritePairText(results, base, changed, tables, stream);
  };
  if (options.out.empty()) {
    write(std::cout);
  } else {
    WriteFileAtomically(options.out, write);
    Log("classes: " + options.out.string());
  }
  return kGood;
}

}  // namespace

void AddClasses(Command app, int& exit_code) {
  const auto options = std::make_shared<ClassesOptions>();
  Command command = app.AddSubcommand(
      "classes", "Show which classes and images a recipe loses, and what they are taken for");
  command.Footer(kClassesFooter);
  command.AddOption("results", options->results, "The folder of a run, or its results.json")
      .TypeName("RESULTS")
      .Required();
  command
      .AddOption("--base", options->base,
                 "The case to compare with, by its id (default: the first fp32 case)")
      .TypeName("GLOB");
  command
      .AddOption("--new", options->changed,
                 "The case that is looked at (default: the most accurate quantised case)")
      .TypeName("GLOB");
  command
      .AddOption("--table", options->table,
                 "Only one of the tables: classes, confusions, images (those that changed)")
      .OneOf({"all", "classes", "confusions", "images"})
      .TypeName("NAME");
  command.AddOption("--limit", options->limit, "Rows of each table of text, 0 for all")
      .NonNegative()
      .ShowDefault()
      .TypeName("N");
  command
      .AddOption("--format", options->format,
                 "text, json (everything), or csv (one table, the classes unless told)")
      .OneOf({"text", "json", "csv"})
      .TypeName("NAME");
  command.AddOption("--out", options->out, "Write to this file instead of stdout").TypeName("FILE");
  command.OnCall([options, &exit_code] { exit_code = WriteClasses(*options); });
}

}  // namespace quantbench
