// SPDX-License-Identifier: Apache-2.0
// The list, made of the tables of cases.
#include "conformance/suite.h"

#include <algorithm>

#include "conformance/cases.h"
#include "conformance/mobilenet_v2_shape.h"
#include "conformance/promises.h"

namespace quantbench::conformance {
namespace {

std::string Name(Precision precision) {
  if (precision == Precision::kDynamic) return "dynamic";
  if (precision == Precision::kInt16) return "int16";
  if (precision == Precision::kInt7) return "int7";
  return precision == Precision::kInt8 ? "int8" : "fp32";
}

Need NeedOf(Precision precision) {
  return precision == Precision::kInt16  ? Need::k16Bits
         : precision == Precision::kInt7 ? Need::kLimits
                                         : Need::kNothing;
}

std::vector<Case> CasesOf(Precision precision) {
  if (precision == Precision::kInt16) return SixteenBitCases();
  const bool dynamic = precision == Precision::kDynamic;
  std::vector<Case> cases = dynamic ? DynamicCases() : OperatorCases();
  if (precision == Precision::kInt7) {
    const std::vector<Case> limits = LimitCases();
    cases.insert(cases.end(), limits.begin(), limits.end());
  }
  const std::vector<Case> layers = MobileNetV2LayerCases();
  cases.insert(cases.end(), layers.begin(), layers.end());
  // Its pools are float in a dynamic model, and float sums aren't decided to the bit.
  if (dynamic) return cases;
  cases.push_back({.name = "network/mobilenet_v2_96",
                   .reason = "a whole network, fused as the plugin pleases",
                   .build = [](ModelBuilder& b) { BuildMobileNetV2(b, 96); }});
  return cases;
}

void AddModels(Precision precision, std::vector<SuiteCase>& suite) {
  const std::vector<Case> cases = CasesOf(precision);
  // The second has remainders of both tiles and workers.
  for (const auto& [batch, threads] : {std::pair(1, 1), std::pair(3, 2)}) {
    // How batches and threads share the work is shown with 8 bits.
    if (precision == Precision::kInt7 && batch == 1) continue;
    const std::string group =
        Name(precision) + "/b" + std::to_string(batch) + "/t" + std::to_string(threads);
    for (const Case& one : cases) {
      const CheckOptions options{.precision = precision,
                                 .batch_size = batch,
                                 .threads = threads,
                                 .name = group + "/" + one.name};
      suite.push_back({options.name, group, one.reason,
                       [one, options](const Subject& subject) {
                         return Check(subject.backend, subject.isa, one, options);
                       },
                       NeedOf(precision)});
    }
  }
}

void AddPromises(Precision precision, std::vector<SuiteCase>& suite) {
  const std::string group = Name(precision);
  const auto add = [&](const char* name, const char* reason, auto check) {
    suite.push_back({group + "/" + name, group, reason,
                     [precision, check](const Subject& subject) {
                       return check(subject.backend, subject.isa, precision);
                     },
                     NeedOf(precision)});
  };
  add("concurrent_contexts", "several runs at once", CheckConcurrency);
  add("repeated_runs", "the same input again gives the same bits", CheckRepeatedRuns);
  // The range of a dynamic model is that of its batch.
  if (precision != Precision::kDynamic)
    add("other_batch_size", "an image's scores don't depend on its batch", CheckBatchSizes);
}

}  // namespace

std::vector<SuiteCase> Suite() {
  std::vector<SuiteCase> suite;
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32, Precision::kDynamic,
                                    Precision::kInt16, Precision::kInt7}) {
    AddModels(precision, suite);
    AddPromises(precision, suite);
  }
  for (const std::string& name : ErrorCaseNames()) {
    suite.push_back({"errors/" + name, "errors", "what must be refused", [name](const Subject& s) {
                       return CheckError(s.backend.table(), s.isa, name);
                     }});
  }
  suite.push_back(
      {"process/state", "process", "a call leaves the process as it found it",
       [](const Subject& s) { return CheckProcessState(s.backend, s.isa, s.changed_by_loading); }});
  suite.push_back(
      {"process/threads", "process", "a plugin starts no threads",
       [](const Subject& s) { return CheckThreads(s.backend, s.isa, s.threads_before); }});
  return suite;
}

CheckResult RunSuiteCase(const std::string& name, const Subject& subject) {
  static const std::vector<SuiteCase> suite = Suite();
  const auto found = std::find_if(suite.begin(), suite.end(),
                                  [&](const SuiteCase& one) { return one.name == name; });
  if (found == suite.end()) return {.verdict = Verdict::kFailed, .detail = "there is no such case"};
  return found->run(subject);
}

}  // namespace quantbench::conformance
