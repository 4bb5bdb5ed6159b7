// SPDX-License-Identifier: Apache-2.0
// quantbench check: one plugin against the reference, a line a case.
#include <iostream>

#include "backend/backend.h"
#include "backend/discovery.h"
#include "cli/commands.h"
#include "conformance/check.h"
#include "conformance/mobilenet_v2_shape.h"
#include "scenario/matrix.h"
#include "support/printable.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

using conformance::Case;
using conformance::CheckOptions;
using conformance::CheckResult;
using conformance::Precision;
using conformance::Verdict;

struct Options {
  std::string plugin;
  std::string isa;
  std::string only = "*";
  bool failures_only = false;
  std::vector<std::filesystem::path> folders;
};

std::string_view Name(Precision precision) {
  if (precision == Precision::kDynamic) return "dynamic";
  return precision == Precision::kInt8 ? "int8" : "fp32";
}

std::vector<Case> CasesOf(Precision precision) {
  const bool dynamic = precision == Precision::kDynamic;
  std::vector<Case> cases = dynamic ? conformance::DynamicCases() : conformance::OperatorCases();
  const std::vector<Case> layers = conformance::MobileNetV2LayerCases();
  cases.insert(cases.end(), layers.begin(), layers.end());
  // Its pools are float in a dynamic model, and float sums aren't decided to the bit.
  if (dynamic) return cases;
  cases.push_back({.name = "network/mobilenet_v2_96",
                   .reason = "a whole network, fused as the plugin pleases",
                   .build = [](conformance::ModelBuilder& b) { BuildMobileNetV2(b, 96); }});
  return cases;
}

// Counts and prints. A case's name is precision/bB/tT/case, which --only matches.
class Checker {
 public:
  Checker(const Backend& backend, const Options& options)
      : backend_(backend), options_(options), exact_(backend.numerics().exact) {}

  void CheckIsa(const std::string& isa) {
    for (const Precision precision : {Precision::kInt8, Precision::kFloat32, Precision::kDynamic}) {
      const std::vector<Case> cases = CasesOf(precision);
      // The second has remainders of both tiles and workers.
      for (const auto& [batch, threads] : {std::pair(1, 1), std::pair(3, 2)}) {
        const CheckOptions options{.precision = precision, .batch_size = batch, .threads = threads};
        const std::string prefix = std::string(Name(precision)) + "/b" + std::to_string(batch) +
                                   "/t" + std::to_string(threads) + "/";
        for (const Case& one : cases) {
          Report(isa, prefix + one.name, one.reason,
                 [&] { return conformance::Check(backend_, isa, one, options); });
        }
      }
      Report(isa, std::string(Name(precision)) + "/concurrent_contexts", "several runs at once",
             [&] { return conformance::CheckConcurrency(backend_, isa, precision); });
    }
    for (const conformance::ErrorCase& error : conformance::CheckErrors(backend_.table(), isa)) {
      Report(isa, "errors/" + error.name, "what must be refused", [&] { return error.result; });
    }
  }

  int Summarize() const {
    std::cout << backend_.name() << ": " << passed_ << " passed, " << failed_ << " failed";
    if (unsupported_ > 0) std::cout << ", " << unsupported_ << " unsupported";
    std::cout << "\n";
    if (seen_ == 0) {
      std::cerr << "quantbench: nothing was checked: --only '" << options_.only
                << "' matches no case; without it each is listed\n";
    }
    if (failed_ > 0) return kCaseFailed;
    return passed_ > 0 ? kGood : kNothingMeasured;
  }

 private:
  template <class Run>
  void Report(const std::string& isa, const std::string& name, const std::string& reason,
              const Run& run) {
    if (!MatchesGlob(options_.only, name)) return;
    ++seen_;
    const CheckResult result = run();
    Count(result.verdict);
    if (result.verdict != Verdict::kFailed && options_.failures_only) return;
    std::cout << Word(result.verdict) << Printable(isa) << " " << name << "\n";
    const bool told = result.verdict == Verdict::kUnsupported || !exact_;
    if (told && !result.detail.empty() && result.verdict != Verdict::kFailed)
      std::cout << "        " << Printable(result.detail) << "\n";
    if (result.verdict != Verdict::kFailed) return;
    std::cout << "        " << reason << ": " << Printable(result.detail) << "\n"
              << "        again: quantbench check " << options_.plugin << " --isa " << isa
              << " --only '" << name << "'\n";
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

  const Backend& backend_;
  const Options& options_;
  bool exact_;
  int seen_ = 0;  // of the cases that --only lets through
  int passed_ = 0;
  int failed_ = 0;
  int unsupported_ = 0;
};

Backend BackendOf(const Options& options) {
  const bool is_file = options.plugin.find_first_of("/.") != std::string::npos;
  if (is_file) return Backend::Load(options.plugin);
  // The other plugins of the folders are looked into elsewhere: they may crash.
  const std::unique_ptr<Runner> runner = MakeRunner({});
  return BackendNamed(options.plugin,
                      FindPlugins(PluginFolders(options.folders),
                                  [&](const auto& libraries) { return runner->Probe(libraries); }));
}

// Unlike QUANTBENCH_ISA, which plugins with a single path may ignore, --isa means what it says.
std::string NamedIsa(const Backend& backend, const std::string& isa) {
  std::string known;
  for (const IsaStatus& one : backend.Isas()) {
    if (one.name == isa) return backend.ChooseIsa(isa);
    known += (known.empty() ? "" : ", ") + one.name;
  }
  throw Error("--isa " + isa + ": backend '" + backend.name() + "' has " + known);
}

int Check(const Options& options) {
  const Backend backend = BackendOf(options);
  Checker checker(backend, options);
  if (!options.isa.empty()) {
    checker.CheckIsa(NamedIsa(backend, options.isa));
    return checker.Summarize();
  }
  for (const IsaStatus& isa : backend.Isas()) {
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
  command.AddFlag("--failures-only", options->failures_only, "Print no line for what passes");
  AddPluginPath(command, options->folders);
  command.OnCall([options, &exit_code] { exit_code = Check(*options); });
}

}  // namespace quantbench
