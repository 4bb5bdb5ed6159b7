// SPDX-License-Identifier: Apache-2.0
// A scenario in a scratch folder, for tests that change one key at a time.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenario/parse.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench::testing {

// The smallest complete scenario.
inline constexpr char kSmallestScenario[] =
    "version: 1\n"
    "name: smallest\n"
    "model: {file: model.pth, architecture: mobilenet_v2}\n"
    "dataset: {root: images, calibration: {images: 10}}\n"
    "matrix: {backend: reference}\n";

class ScenarioFile {
 public:
  explicit ScenarioFile(const std::string& text = kSmallestScenario) {
    WriteFileAtomically(path(), text);
  }

  std::filesystem::path path() const { return folder() / "scenario.yaml"; }
  std::filesystem::path folder() const { return scratch_.path(); }
  Scenario Load(const std::vector<Override>& overrides = {}) const {
    return LoadScenario(path(), overrides);
  }
  // The mistakes; empty where there is none.
  std::string Mistakes(const std::vector<Override>& overrides = {}) const {
    try {
      Load(overrides);
      return "";
    } catch (const ScenarioError& error) {
      return error.what();
    }
  }

 private:
  ScratchFolder scratch_;
};

// Sets an environment variable for the lifetime of the object, then restores it.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  ~EnvironmentVariable() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace quantbench::testing
