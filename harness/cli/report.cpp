// SPDX-License-Identifier: Apache-2.0
// quantbench report: results.json to report.html.
#include <iostream>

#include "cli/commands.h"
#include "html/report.h"
#include "record/read_results.h"
#include "support/files.h"
#include "support/progress.h"

namespace quantbench {

void AddReport(Command app, int& exit_code) {
  struct Options {
    std::string results, out;
  };
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "report", "Write report.html of a run: charts and a table, one file that loads nothing");
  command.AddOption("results", options->results, "The folder of a run, or its results.json")
      .TypeName("RESULTS")
      .Required();
  command
      .AddOption("--out", options->out,
                 "The file to write, or - for stdout (default: report.html beside results.json)")
      .TypeName("FILE");
  command.OnCall([options, &exit_code] {
    const std::filesystem::path file = ResultsFile(options->results);
    const Results results = ReadResults(file);
    if (results.is_edited)
      Warn(file.string() + " was edited by hand: its digest isn't that of its content");
    const std::string page = HtmlReport(results);
    if (options->out == "-") {
      std::cout << page;
    } else {
      const std::filesystem::path beside = file.parent_path() / "report.html";
      const std::filesystem::path out =
          options->out.empty() ? beside : std::filesystem::path(options->out);
      WriteFileAtomically(out, page);
      Log("report: " + out.string());
    }
    exit_code = kGood;
  });
}

}  // namespace quantbench
