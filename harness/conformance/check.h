// SPDX-License-Identifier: Apache-2.0
// Runs a case on a plugin and on the reference, and compares every value that both can show.
#pragma once

#include <string>
#include <vector>

#include "conformance/cases.h"
#include "quantbench/plugin.h"

namespace quantbench::conformance {

struct CheckOptions {
  Precision precision = Precision::kInt8;
  int32_t batch_size = 1;
  int32_t threads = 1;
};

enum class Verdict { kPassed, kFailed, kUnsupported };

struct CheckResult {
  Verdict verdict = Verdict::kFailed;
  std::string detail;  // what differed, why the case can't be trusted, or what isn't supported
};

// Int8 values, and the float values of dynamically quantised models, must be equal to the bit (any
// NaN to any other), float ones within 1e-4 of the tensor's largest magnitude; a plugin that
// answers QB_UNSUPPORTED when the model is prepared has not failed; a run without a tap must give
// the bits of the run with one, and the ISA path must be the one asked for. A case whose outputs
// are nearly all one value is not trusted and fails.
CheckResult Check(const qb_plugin& plugin, const std::string& isa, const Case& test,
                  const CheckOptions& options);

// The same model on several contexts at once must give the bits of a run alone.
CheckResult CheckConcurrency(const qb_plugin& plugin, const std::string& isa, Precision precision);

// What a plugin must refuse, each with a status and a text.
struct ErrorCase {
  std::string name;
  CheckResult result;
};
std::vector<ErrorCase> CheckErrors(const qb_plugin& plugin, const std::string& isa);

}  // namespace quantbench::conformance
