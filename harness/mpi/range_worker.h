// SPDX-License-Identifier: Apache-2.0
// What every rank does: models made once, then one range of images after another, in a folder that
// nobody else sees.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "part/part_spec.h"
#include "run/options.h"
#include "scenario/scenario.h"
#include "support/work_folder.h"

namespace quantbench {

class RangeWorker {
 public:
  RangeWorker(const Scenario& scenario, RunOptions options)
      : scenario_(scenario), options_(std::move(options)) {}

  // Calibrates and quantises, so that other ranks on this machine find it in the cache. The .onnx
  // files go to `models`; nowhere where it is empty.
  void Prepare(const std::filesystem::path& models = {}) const;
  // The part of that range, packed. Says nothing on stderr. Throws what RunScenario throws.
  std::string Run(const ImageRange& range) const;

 private:
  const Scenario& scenario_;
  RunOptions options_;
  WorkFolder folder_;
};

}  // namespace quantbench
