// SPDX-License-Identifier: Apache-2.0
// The subcommands, one file each, and what several of them share.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "classes/answers.h"
#include "cli/command_line.h"
#include "compare/compare.h"
#include "part/part_spec.h"
#include "record/row.h"
#include "scenario/matrix.h"
#include "scenario/parse.h"
#include "support/progress.h"

namespace quantbench {

enum ExitCode { kGood = 0, kCaseFailed = 1, kBadInput = 2, kRegression = 3, kNothingMeasured = 4 };

// Each registers a subcommand; when it is the one that was called, `exit_code` is set by it.
void AddRun(Command app, int& exit_code);
void AddPlan(Command app, int& exit_code);
void AddPlugins(Command app, int& exit_code);
void AddCheck(Command app, int& exit_code);
void AddDiagnose(Command app, int& exit_code);
void AddInit(Command app, int& exit_code);
void AddInspect(Command app, int& exit_code);
void AddMerge(Command app, int& exit_code);
void AddPredict(Command app, int& exit_code);
void AddQuantize(Command app, int& exit_code);
void AddReport(Command app, int& exit_code);
void AddClasses(Command app, int& exit_code);
void AddTensor(Command app, int& exit_code);
void AddCompare(Command app, int& exit_code);
void AddAb(Command app, int& exit_code);
void AddHistory(Command app, int& exit_code);
void AddTune(Command app, int& exit_code);
void AddCache(Command app, int& exit_code);

// report.html; with photographs where the cache has their crops.
std::string ReportPage(const LoadedResults& results, const ClassResults& classes,
                       const std::filesystem::path& cache);

// What a command adds to the reason why it had to stop.
inline constexpr char kGoOn[] = "; what is finished is kept, run the same command again to go on";

// Options that all commands on scenarios have.
struct ScenarioOptions {
  std::filesystem::path file;
  std::vector<std::string> set;  // PATH=VALUE
  CaseFilter filter;
  std::string cache;
  std::vector<std::filesystem::path> plugin_folders;
  int jobs = 0;
  LogSettings log;

  std::vector<Override> Overrides() const;  // of --set
  // The default images are made where a scenario takes them and they aren't there.
  enum class Images { kMake, kLeave };
  Scenario Load(Images images = Images::kMake) const;
  std::filesystem::path CacheFolder() const;  // --cache, $QUANTBENCH_CACHE, or the user's cache
  int Jobs() const;                           // all processors unless told
};
enum class ScenarioIs { kRequired, kOptional };
void AddScenarioOptions(Command command, ScenarioOptions& options,
                        ScenarioIs scenario = ScenarioIs::kRequired);
// Those of them that need no scenario.
void AddCache(Command command, ScenarioOptions& options);  // --cache DIR
void AddCacheAndJobs(Command command, ScenarioOptions& options);
// What the cache may take. Declared before a command's work and enforced behind it.
class CacheLimit {
 public:
  void AddTo(Command command);  // --cache-limit
  // Removes what was used least recently, nothing that was used since `begin` or is in use; says
  // so. A cache that can't be cleared is warned of.
  void Enforce(const std::filesystem::path& cache,
               std::chrono::system_clock::time_point begin) const;

 private:
  int64_t bytes_ = kDefaultBytes;  // below 0: no limit
  // Room for the crops of ImageNet's 50,000 validation images (7.5 GB) at two sizes, and the rest.
  static constexpr int64_t kDefaultBytes = 20'000'000'000;
};

// What `compare` and `ab` are told about verdicts, and where these go.
struct ComparisonOptions {
  std::filesystem::path budget, out;
  std::string format = "text";
  std::vector<std::string> metrics{"accuracy", "latency", "size"};

  void AddTo(Command command);
  CompareOptions Parsed() const;                 // reads the budget
  int Show(const Comparison& comparison) const;  // the exit status
};

// --out of a run, and the folder that it means.
void AddOut(Command command, std::string& out, const std::string& description);
std::filesystem::path OutFolder(const std::string& out, const Scenario& scenario,
                                const PartSpec& part = {});

// Which part of a run.
struct ShardOptions {
  std::string shard;  // "2/8"; empty: all of it
  int latency_on = 0;

  PartSpec Part() const;  // throws Error
};
void AddShard(Command command, ShardOptions& options);

// classes.csv and what else stands beside results.csv, and report.html.
void WriteFilesOf(const Results& results, const std::filesystem::path& out,
                  const std::filesystem::path& cache);
// Of a run's rows.
int ExitCodeOf(const std::vector<Row>& rows);
// To stdout. A table is as wide as the terminal, with how several networks compare below it, and
// people see which value is the best; a pipe gets it plain. The others are results.csv,
// results.json and the whole table for a web page. `out` is the folder of the results.
enum class ResultsFormat { kTable, kCsv, kJson, kMarkdown };
void PrintResults(const Results& results, const std::filesystem::path& out,
                  ResultsFormat format = ResultsFormat::kTable);
void AddResultsFormat(Command command, ResultsFormat& format);  // --format
void AddPluginPath(Command command, std::vector<std::filesystem::path>& folders);

}  // namespace quantbench
