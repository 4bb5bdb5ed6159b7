// SPDX-License-Identifier: Apache-2.0
// YAML text to Scenario, with every mistake located and reported at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "support/error.h"

namespace quantbench {

// All mistakes of a scenario, one `file:line:column: path: message` with source line and caret
// each, as one text.
class ScenarioError : public Error {
 public:
  ScenarioError(const std::string& text, int mistakes) : Error(text), mistakes_(mistakes) {}
  int mistakes() const { return mistakes_; }

 private:
  int mistakes_;
};

struct Override {
  std::string path;   // "latency.min_seconds", "matrix.batch_size"
  std::string value;  // YAML
  std::string label;  // what located mistakes call it; empty: "--set path=value"
};

// Reads, checks and completes a scenario. Environment variables as ${NAME} or ${NAME:-default} are
// replaced in every value. Relative paths are relative to the folder of the file that they stand
// in; those that begin with the value of an environment variable, or come from an override, to the
// current directory. An override replaces or adds a value before anything is checked; its mistakes
// are located as
// `--set path=value`. Opens no file but the scenario and those that it extends. Throws
// ScenarioError.
Scenario LoadScenario(const std::filesystem::path& file,
                      const std::vector<Override>& overrides = {});

// The same of overrides alone, on top of nothing.
Scenario MakeScenario(const std::vector<Override>& overrides);

}  // namespace quantbench
