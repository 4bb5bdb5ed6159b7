// SPDX-License-Identifier: Apache-2.0
// All that a plugin is checked with, in one list: each case by its name alone, so that it can be
// done in another process.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "conformance/check.h"

namespace quantbench::conformance {

// A plugin under test, on one of its ISA paths.
struct Subject {
  const Backend& backend;
  std::string isa;
  std::set<std::string> changed_by_loading;  // of the process (support/process_state.h)
  std::set<int> threads_before;              // that it was loaded
};

// What plugins declare before they are given a case's models.
enum class Need { kNothing, k16Bits, kLimits };  // quantbench/ext/u16.h, quantbench/ext/limits.h

struct SuiteCase {
  std::string name;    // precision/bBATCH/tTHREADS/case, errors/case, ...
  std::string group;   // cases of a group follow each other and may share a process
  std::string reason;  // why the case exists
  std::function<CheckResult(const Subject&)> run;
  Need need = Need::kNothing;
};

std::vector<SuiteCase> Suite();

// A case of the suite by its name; whatever the plugin throws is a result.
CheckResult RunSuiteCase(const std::string& name, const Subject& subject);

}  // namespace quantbench::conformance
