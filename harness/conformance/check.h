// SPDX-License-Identifier: Apache-2.0
// Runs a case on a plugin and on the reference, and compares every value that both can show.
#pragma once

#include <string>
#include <vector>

#include "backend/backend.h"
#include "conformance/cases.h"

namespace quantbench::conformance {

struct CheckOptions {
  Precision precision = Precision::kInt8;
  int32_t batch_size = 1;
  int32_t threads = 1;
  std::string name{};  // of the case in the suite, which deviations are declared by
};

enum class Verdict { kPassed, kFailed, kUnsupported };

struct CheckResult {
  Verdict verdict = Verdict::kFailed;
  // What differed, why the case can't be trusted, what isn't supported; of a tolerant plugin how
  // near it came, also where it passed.
  std::string detail;
};

// Int8 values, and the float values of dynamically quantised models, must be equal to the bit (any
// NaN to any other), float ones within 1e-4 of the tensor's largest magnitude or, of a plugin that
// declares their order (quantbench/ext/float_order.h), the same numbers; a plugin that
// answers QB_UNSUPPORTED when the model is prepared has not failed; a run without a tap must give
// the bits of the run with one, and the ISA path must be the one asked for. A case whose outputs
// are nearly all one value is not trusted and fails.
//
// Of a plugin that declares a tolerance (quantbench/ext/numerics.h) the outputs over 12 images are
// held against its own limits instead, whatever the precision; those of a deviation where it
// declares one for the case, which the detail tells then.
CheckResult Check(const Backend& backend, const std::string& isa, const Case& test,
                  const CheckOptions& options);

// What a plugin must refuse, each with a status and a text: one call each, by its name.
std::vector<std::string> ErrorCaseNames();
CheckResult CheckError(const qb_plugin& plugin, const std::string& isa, const std::string& name);

// What a check gives, whatever the plugin throws.
template <class Function>
CheckResult Guarded(const Function& check) {
  try {
    return check();
  } catch (const Unsupported& unsupported) {
    return {.verdict = Verdict::kUnsupported, .detail = unsupported.what()};
  } catch (const Error& error) {
    return {.verdict = Verdict::kFailed, .detail = error.what()};
  }
}

}  // namespace quantbench::conformance
