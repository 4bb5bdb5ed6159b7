// SPDX-License-Identifier: Apache-2.0
// quantbench report: results.json to report.html.
#include <iostream>

#include "cli/commands.h"
#include "dataset/thumbnails.h"
#include "html/classes.h"
#include "html/report.h"
#include "store/store.h"
#include "support/error.h"
#include "support/files.h"
#include "support/progress.h"

namespace quantbench {
namespace {

// Why there are none is a sentence of the page.
std::optional<Thumbnails> FindThumbnails(const std::string& key, const std::filesystem::path& cache,
                                         std::string& why_not) {
  constexpr size_t kKeyDigits = 32;
  why_not = "There are no photographs: ";
  if (key.size() != kKeyDigits || key.find_first_not_of("0123456789abcdef") != std::string::npos) {
    why_not += "these results don't name their crops, as those of a new run do.";
    return std::nullopt;
  }
  const std::filesystem::path file = Store(cache, Store::Access::kLook).Path(kCrops, key);
  if (!std::filesystem::exists(file)) {
    why_not +=
        "the crops of this run aren't in the cache; run the scenario again, or say where they are: "
        "quantbench report RESULTS --cache DIR.";
    return std::nullopt;
  }
  try {
    return Thumbnails(file, key);
  } catch (const Error& error) {
    why_not += error.what() + std::string(".");
    return std::nullopt;
  }
}

// A page can be made where there is no place for a cache.
std::filesystem::path CacheOrNone(const ScenarioOptions& options) {
  try {
    return options.CacheFolder();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::string ReportPage(const LoadedResults& results, const ClassResults& classes,
                       const std::filesystem::path& cache) {
  html::ImagesOfRun images{.classes = classes, .thumbnails = {}, .no_photographs = {}};
  images.thumbnails =
      FindThumbnails(results.results.inputs.evaluation_crops, cache, images.no_photographs);
  return HtmlReport(results.results, &images, ReadDiagnoses(results.file.parent_path()));
}

void AddReport(Command app, int& exit_code) {
  struct Options {
    std::string results, out;
    ScenarioOptions cache;
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
  AddCache(command, options->cache);
  command.OnCall([options, &exit_code] {
    const LoadedResults loaded = LoadResults(options->results);
    const std::filesystem::path& file = loaded.file;
    if (loaded.results.is_edited)
      Warn(file.string() + " was edited by hand: its digest isn't that of its content");
    const std::string page = ReportPage(loaded, ClassResults(loaded), CacheOrNone(options->cache));
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
