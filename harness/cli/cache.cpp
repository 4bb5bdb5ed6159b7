// SPDX-License-Identifier: Apache-2.0
// quantbench cache: what is kept between runs, whether it is whole, and giving it up.
#include <ctime>
#include <iostream>

#include "cli/commands.h"
#include "report/text_table.h"
#include "stage/kinds.h"
#include "store/prune.h"
#include "support/number_text.h"
#include "support/printable.h"
#include "support/thread_pool.h"

namespace quantbench {
namespace {

using Clock = std::chrono::system_clock;

std::string Date(Clock::time_point time) {
  const std::time_t seconds = Clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &parts);
  return text;
}

int64_t TotalBytes(const std::vector<CacheEntry>& entries) {
  int64_t bytes = 0;
  for (const CacheEntry& entry : entries) bytes += entry.bytes;
  return bytes;
}

std::string Count(const std::vector<CacheEntry>& entries) {
  return std::to_string(entries.size()) + (entries.size() == 1 ? " entry, " : " entries, ") +
         SizeText(TotalBytes(entries));
}

void PrintEntries(const std::vector<CacheEntry>& entries) {
  if (entries.empty()) return;
  TextTable table;
  table.columns = {{.title = "key", .shortens = true}, {"kind"}, {"size", true}, {"last used"}};
  for (const CacheEntry& entry : entries) {
    table.rows.push_back({{entry.Name()},
                          {std::string(entry.kind->name)},
                          {SizeText(entry.bytes)},
                          {Date(entry.last_used)}});
  }
  table.WriteText(std::cout, 100, false);
}

struct CacheOptions {
  std::string folder;
  std::filesystem::path Folder() const {
    ScenarioOptions options;
    options.cache = folder;
    return options.CacheFolder();
  }
};

void AddFolder(Command command, CacheOptions& options) {
  command
      .AddOption("--cache", options.folder,
                 "The cache folder (default: $QUANTBENCH_CACHE, else $XDG_CACHE_HOME/quantbench, "
                 "else ~/.cache/quantbench)")
      .TypeName("DIR");
}

void AddList(Command parent, int& exit_code) {
  const auto options = std::make_shared<CacheOptions>();
  Command command = parent.AddSubcommand("list", "List the entries, the last used first");
  AddFolder(command, *options);
  command.OnCall([options, &exit_code] {
    const std::vector<CacheEntry> entries = Store(options->Folder()).List(AllKinds());
    PrintEntries(entries);
    std::cerr << options->Folder().string() << ": " << Count(entries) << '\n';
    exit_code = kGood;
  });
}

void AddVerify(Command parent, int& exit_code) {
  struct Options : CacheOptions {
    bool remove = false;
  };
  const auto options = std::make_shared<Options>();
  Command command = parent.AddSubcommand(
      "verify", "Read every entry and compare its checksums; exit status 1 where one is damaged");
  AddFolder(command, *options);
  command.AddFlag("--remove", options->remove,
                  "Remove what is damaged (a run would find it and make it anew as well)");
  command.OnCall([options, &exit_code] {
    ThreadPool pool(AvailableProcessors());
    std::vector<CacheEntry> damaged;
    const Store store(options->Folder());
    const std::vector<CacheEntry> entries = store.List(AllKinds());
    for (const CacheEntry& entry : entries) {
      const std::string problem = store.DamageIn(entry, pool);
      if (problem.empty()) continue;
      std::cout << entry.kind->name << ": " << Printable(problem) << '\n';
      if (options->remove) Store::Remove(entry);
      damaged.push_back(entry);
    }
    std::cerr << options->Folder().string() << ": " << Count(entries) << ", " << damaged.size()
              << " damaged" << (damaged.empty() || !options->remove ? "" : " and removed") << '\n';
    exit_code = damaged.empty() ? kGood : kCaseFailed;
  });
}

void AddPrune(Command parent, int& exit_code) {
  struct Options : CacheOptions {
    int64_t max_bytes = -1;
    double days = -1;
    bool all = false;
    bool dry_run = false;
  };
  const auto options = std::make_shared<Options>();
  Command command =
      parent.AddSubcommand("prune", "Remove entries, those that were not used for longest first");
  AddFolder(command, *options);
  const Option size = command.AddOption("--max-size", options->max_bytes,
                                        "Until the rest takes no more than this, for instance 5GB");
  size.Bytes().Text("SIZE");
  const Option days =
      command.AddOption("--unused-days", options->days, "Whatever wasn't used for this many days")
          .Text("DAYS")
          .NonNegative();
  const Option all = command.AddFlag("--all", options->all, "Everything");
  command.AddFlag("--dry-run", options->dry_run, "Only say what would be removed");
  command.OnCall([options, size, days, all, &exit_code] {
    if (!size.given() && !days.given() && !all.given()) {
      ThrowRequired("one of --max-size, --unused-days, --all");
    }
    PruneLimits limits;
    if (size.given()) limits.max_bytes = options->max_bytes;
    if (days.given()) {
      limits.unused = std::chrono::seconds(static_cast<int64_t>(options->days * 86400));
    }
    if (options->all) limits.max_bytes = 0;
    const Pruned pruned = Prune(Store(options->Folder()), AllKinds(), limits, options->dry_run);
    PrintEntries(pruned.removed);
    std::cerr << options->Folder().string() << ": " << Count(pruned.removed)
              << (options->dry_run ? " would be removed" : " removed");
    if (pruned.in_use > 0) std::cerr << ", " << pruned.in_use << " kept that a run works with";
    std::cerr << '\n';
    exit_code = kGood;
  });
}

}  // namespace

void AddCache(Command app, int& exit_code) {
  Command command = app.AddSubcommand(
      "cache", "Crops, statistics, models and predictions that runs keep: list, verify, prune");
  command.RequireSubcommand();
  AddList(command, exit_code);
  AddVerify(command, exit_code);
  AddPrune(command, exit_code);
}

}  // namespace quantbench
