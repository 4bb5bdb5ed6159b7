// SPDX-License-Identifier: Apache-2.0
// Runs over ranges in a folder of temporary files.
#include "mpi/range_worker.h"

#include "mpi/packed_part.h"
#include "part/part.h"
#include "run/run.h"
#include "support/progress.h"

namespace quantbench {

void RangeWorker::Prepare(const std::filesystem::path& models) const {
  const QuietThread quiet;
  RunOptions options = options_;
  options.out = models.empty() ? folder_.path() / "models" : models;
  QuantizeScenario(scenario_, options);
}

std::string RangeWorker::Run(const ImageRange& range) const {
  const QuietThread quiet;
  RunOptions options = options_;
  options.out = folder_.path() / "out";
  options.part = {.number = 0, .count = 0, .latency_on = 0, .range = range};
  options.restart = true;
  RunScenario(scenario_, options);
  return PackedPart(PartFolder(options.out, range));
}

}  // namespace quantbench
