// SPDX-License-Identifier: Apache-2.0
// One row compared with itself after an edit.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "compare/compare.h"
#include "compare/sample_results.h"

namespace quantbench::testing {

struct EditCase {
  const char* reason;
  std::function<void(LoadedResults& base, LoadedResults& changed)> edit;
  Verdict verdict;
  int exit_code;
  const char* text;  // part of the reasons
};

inline std::string ReasonsOf(const Comparison& comparison) {
  std::string text;
  for (const CaseComparison& one : comparison.cases) {
    for (const std::string& reason : one.reasons) text += reason + "\n";
  }
  return text;
}

inline void Check(const EditCase& one, const CompareOptions& options = {}) {
  CAPTURE(one.reason);
  LoadedResults base = SampleResults(), changed = SampleResults();
  changed.file = "elsewhere/results.json";
  one.edit(base, changed);
  const Comparison comparison = CompareResults(base, changed, options);
  REQUIRE(comparison.cases.size() == 1);
  CHECK(ToString(comparison.cases[0].verdict) == ToString(one.verdict));
  CHECK(ExitCodeOf(comparison) == one.exit_code);
  CHECK_MESSAGE(ReasonsOf(comparison).find(one.text) != std::string::npos, ReasonsOf(comparison));
}

// The only row.
inline Row& R(LoadedResults& loaded) { return loaded.results.rows[0]; }

}  // namespace quantbench::testing
