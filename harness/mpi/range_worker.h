// SPDX-License-Identifier: Apache-2.0
// What every rank does: models made once, then one range of images after another, in a folder that
// nobody else sees.
#pragma once

#include <filesystem>
#include <string>

#include "part/part_spec.h"
#include "run/options.h"
#include "run/ranged_run.h"
#include "scenario/scenario.h"
#include "support/work_folder.h"

namespace quantbench {

class RangeWorker {
 public:
  // The .onnx files go to `models`; nowhere where it is empty. Looks for models in the cache: where
  // another rank of this machine makes them, begin when it has.
  RangeWorker(const Scenario& scenario, const RunOptions& options,
              const std::filesystem::path& models = {});

  const RunShape& shape() const { return run_.shape(); }
  // Calibrates and quantises what the cache doesn't have.
  void Prepare() { run_.MakeModels(); }
  // The part of that range, packed. Always from one thread. Throws what RunScenario throws.
  std::string Run(const ImageRange& range);

 private:
  WorkFolder folder_;
  RangedRun run_;
};

}  // namespace quantbench
