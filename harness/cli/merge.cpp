// SPDX-License-Identifier: Apache-2.0
// quantbench merge: parts of a run to the results of the whole.
#include "run/merge.h"

#include "cli/commands.h"
#include "support/progress.h"

namespace quantbench {

void AddMerge(Command app, int& exit_code) {
  const auto options = std::make_shared<MergeOptions>();
  Command command = app.AddSubcommand(
      "merge", "Join the parts of a run that `run --shard` made, to the results of one machine");
  command
      .AddOption(
          "out", options->out,
          "Where results.csv, results.json, report.html, models/ and predictions/ are written")
      .TypeName("OUT")
      .Required();
  command
      .AddOption("--from", options->from,
                 "Folders of parts (the --out of `run --shard`), or of merges that were partial")
      .TypeName("DIR")
      .Required();
  command.AddFlag(
      "--partial", options->partial,
      "Join what is there where parts are missing: rows have the status partial, and OUT "
      "can be merged with the rest");
  command.OnCall([options, &exit_code] {
    const Results results = MergeParts(*options);
    WriteFilesOf(results, options->out, {});
    PrintResults(results, options->out);
    Log("results: " + (options->out / "results.csv").string() + ", results.json, report.html");
    exit_code = ExitCodeOf(results.rows);
  });
}

}  // namespace quantbench
