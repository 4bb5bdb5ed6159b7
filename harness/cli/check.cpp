// SPDX-License-Identifier: Apache-2.0
// quantbench check: one plugin against the reference, what fails and a summary.
#include <algorithm>
#include <iostream>

#include "backend/backend.h"
#include "backend/discovery.h"
#include "cli/commands.h"
#include "conformance/suite.h"
#include "scenario/matrix.h"
#include "support/glob.h"
#include "support/printable.h"
#include "support/progress.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

using conformance::CheckResult;
using conformance::Need;
using conformance::SuiteCase;
using conformance::Verdict;

struct Options {
  std::string plugin;
  std::string isa;
  std::string only = "*";
  bool verbose = false;
  bool failures_only = false;  // as it is without; scripts give it
  bool no_isolation = false;
  std::vector<std::filesystem::path> folders;
};

struct ProbedPlugin {
  std::filesystem::path library;
  PluginInfo info;
};

// Counts and prints. --only matches the names of cases.
class Checker {
 public:
  Checker(Runner& runner, const ProbedPlugin& plugin, const Options& options)
      : runner_(runner), plugin_(plugin), options_(options) {}

  // A process for each group of cases: a crash is its case's failure, and the rest still runs.
  void CheckIsa(const std::string& isa) {
    std::vector<SuiteCase> group, all = conformance::Suite();
    std::erase_if(all, [&](const SuiteCase& one) {
      return !MatchesGlob(options_.only, one.name) ||
             (one.need == Need::k16Bits && !plugin_.info.takes_16_bits) ||
             (one.need == Need::kLimits && !plugin_.info.takes_limits);
    });
    Progress progress("check " + isa, "cases");
    progress_ = &progress;
    done_ = 0;
    left_ = std::ssize(all);
    for (SuiteCase& one : all) {
      if (!group.empty() && group.front().group != one.group) CheckGroup(isa, group);
      group.push_back(std::move(one));
    }
    CheckGroup(isa, group);
  }

  int Summarize() const {
    std::cout << plugin_.info.name << ": " << passed_ << " passed";
    if (deviating_ > 0) std::cout << " (" << deviating_ << " of them within declared deviations)";
    std::cout << ", " << failed_ << " failed";
    if (unsupported_ > 0) std::cout << ", " << unsupported_ << " unsupported";
    std::cout << "\n";
    if (seen_ == 0) {
      std::cerr << "quantbench: nothing was checked: --only '" << options_.only
                << "' matches no case; `quantbench check " << options_.plugin
                << " --verbose` lists all\n";
    }
    if (failed_ > 0) return kCaseFailed;
    return passed_ > 0 ? kGood : kNothingMeasured;
  }

 private:
  void CheckGroup(const std::string& isa, std::vector<SuiteCase>& group) {
    CheckJob job{.library = plugin_.library, .isa = isa, .cases = {}};
    for (const SuiteCase& one : group) job.cases.push_back(one.name);
    size_t next = 0;
    if (!group.empty()) {
      runner_.Check(job, [&](const CheckResult& result) { Report(isa, group[next++], result); });
    }
    group.clear();
  }

  void Report(const std::string& isa, const SuiteCase& one, const CheckResult& result) {
    ++seen_;
    progress_->Update(++done_, left_, one.name);
    Count(result.verdict);
    if (result.verdict == Verdict::kPassed && Deviates(one.name)) ++deviating_;
    if (result.verdict != Verdict::kFailed && !options_.verbose) return;
    std::cout << Word(result.verdict) << Printable(isa) << " " << one.name << "\n";
    const bool told = result.verdict == Verdict::kUnsupported || !plugin_.info.numerics.exact;
    if (told && !result.detail.empty() && result.verdict != Verdict::kFailed)
      std::cout << "        " << Printable(result.detail) << "\n";
    if (result.verdict != Verdict::kFailed) return;
    std::cout << "        " << one.reason << ": " << Printable(result.detail) << "\n"
              << "        again: quantbench check " << options_.plugin << " --isa " << isa
              << " --only '" << one.name << "'\n";
  }

  bool Deviates(const std::string& name) const {
    const std::vector<Deviation>& known = plugin_.info.numerics.deviations;
    return std::any_of(known.begin(), known.end(),
                       [&](const Deviation& one) { return MatchesGlob(one.cases, name); });
  }
  void Count(Verdict verdict) {
    ++(verdict == Verdict::kPassed   ? passed_
       : verdict == Verdict::kFailed ? failed_
                                     : unsupported_);
  }
  static std::string_view Word(Verdict verdict) {
    if (verdict == Verdict::kPassed) return "ok           ";
    return verdict == Verdict::kFailed ? "FAILED       " : "unsupported  ";
  }

  Runner& runner_;
  const ProbedPlugin& plugin_;
  const Options& options_;
  Progress* progress_ = nullptr;  // of the path that is checked
  int64_t done_ = 0, left_ = 0;
  int seen_ = 0;  // of the cases that --only lets through
  int passed_ = 0;
  int deviating_ = 0;  // of these
  int failed_ = 0;
  int unsupported_ = 0;
};

// Looked into elsewhere: it may crash, and so may the other plugins of the folders.
ProbedPlugin PluginOf(const Options& options, Runner& runner) {
  const ProbeFunction probe = [&](const auto& libraries) { return runner.Probe(libraries); };
  const bool is_file = options.plugin.find_first_of("/.") != std::string::npos;
  if (!is_file) {
    const std::vector<FoundPlugin> found = FindPlugins(PluginFolders(options.folders), probe);
    const FoundPlugin& plugin = PluginNamed(options.plugin, found);
    return {.library = plugin.library, .info = *plugin.info};
  }
  const ProbeResult result = probe({options.plugin}).front();
  if (!result.info) throw Error(result.refusal);
  return {.library = options.plugin, .info = *result.info};
}

// Unlike QUANTBENCH_ISA, which plugins with a single path may ignore, --isa means what it says.
std::string NamedIsa(const PluginInfo& info, const std::string& isa) {
  std::string known;
  for (const IsaStatus& one : info.isas) {
    if (one.name == isa) return info.ChooseIsa(isa);
    known += (known.empty() ? "" : ", ") + one.name;
  }
  throw Error("--isa " + isa + ": backend '" + info.name + "' has no such ISA path; it has " +
              known);
}

int Check(const Options& options) {
  const std::unique_ptr<Runner> runner = MakeRunner({.enabled = !options.no_isolation});
  const ProbedPlugin plugin = PluginOf(options, *runner);
  Checker checker(*runner, plugin, options);
  if (!options.isa.empty()) {
    checker.CheckIsa(NamedIsa(plugin.info, options.isa));
    return checker.Summarize();
  }
  for (const IsaStatus& isa : plugin.info.isas) {
    if (isa.why_not.empty()) {
      checker.CheckIsa(isa.name);
    } else {
      std::cout << "skipped " << Printable(isa.name + ": " + isa.why_not) << "\n";
    }
  }
  return checker.Summarize();
}

}  // namespace

void AddCheck(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "check",
      "Compare a plugin with the reference: int8 and dynamic to the bit, fp32 within 1e-4, errors "
      "refused");
  command.AddOption("plugin", options->plugin, "The library, or the name of an installed plugin")
      .TypeName("PLUGIN")
      .Required();
  command.AddOption("--isa", options->isa, "Only this ISA path (default: all that run here)")
      .TypeName("NAME");
  command.AddOption("--only", options->only, "Only cases whose name matches, for instance 'int8/*'")
      .TypeName("GLOB");
  command.AddFlag("--verbose", options->verbose, "Print a line for each case");
  command.AddFlag("--failures-only", options->failures_only,
                  "Print only what fails and a summary, which is the default");
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run the plugin in this process, for debuggers");
  AddPluginPath(command, options->folders);
  command.OnCall([options, &exit_code] { exit_code = Check(*options); });
}

}  // namespace quantbench
