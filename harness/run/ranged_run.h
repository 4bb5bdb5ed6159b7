// SPDX-License-Identifier: Apache-2.0
// A run over one range of the evaluation images after another: backends are found, files hashed and
// models made once, and the workers that evaluate stay from range to range.
#pragma once

#include <filesystem>
#include <optional>

#include "record/results.h"
#include "run/options.h"
#include "run/part_of_run.h"
#include "scenario/scenario.h"
#include "stage/run_context.h"
#include "stage/stages.h"

namespace quantbench {

class RangedRun {
 public:
  // Parts go to options.out, .onnx files to `models`. Throws Error for what is wrong with scenario,
  // plugins and files.
  RangedRun(const Scenario& scenario, const RunOptions& options,
            const std::filesystem::path& models);
  RangedRun(const RangedRun&) = delete;  // stages refer to the context
  RangedRun& operator=(const RangedRun&) = delete;

  const RunShape& shape() const { return shape_; }

  // Calibrates and quantises. Throws what RunScenario throws.
  void MakeModels();
  // The folder of the range's part (part/part.h). Call after MakeModels, always from one thread:
  // workers end with it. Throws what RunScenario throws.
  std::filesystem::path Make(const ImageRange& range);

 private:
  RunContext context_;
  std::optional<Stages> stages_;  // of the cases, once they are found
  RunShape shape_;
  Results begun_;  // what all parts have in common
};

}  // namespace quantbench
