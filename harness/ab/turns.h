// SPDX-License-Identifier: Apache-2.0
// What one of two builds does when it is its turn: `quantbench run`, in a process of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ab/build.h"
#include "record/repetition.h"
#include "record/results.h"

namespace quantbench {

// What both builds' `run` is given: the scenario with options, and which cases in all.
struct CommonArguments {
  std::vector<std::string> scenario, selection;
};

// How each repetition is timed.
struct TurnSettings {
  double warmup_seconds = 0.05, min_seconds = 0.1;
  bool pin = true;
};

// A build is called as its users call it, so that any two versions can meet: command line and
// results.json are what they have in common, models and crops as bytes are not.
class Turns {
 public:
  // `folder` is this build's own.
  Turns(const Build& build, const CommonArguments& arguments, const TurnSettings& settings,
        std::filesystem::path folder);

  // All cases once, so that everything is cached and every plugin was loaded; `evaluate` also for
  // their accuracy. What it prints on stderr is seen. Throws Error where the run can't be made at
  // all; a case that fails is a row.
  Results First(bool evaluate) const;
  // One repetition of one case. Throws Error with what the build says where it fails.
  Repetition Measure(const std::string& case_id) const;

 private:
  std::vector<std::string> CallOf(const std::filesystem::path& out) const;
  int Call(const std::vector<std::string>& arguments, const std::filesystem::path& log) const;

  Build build_;
  CommonArguments arguments_;
  TurnSettings settings_;
  std::filesystem::path folder_;
};

}  // namespace quantbench
