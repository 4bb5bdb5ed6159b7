// SPDX-License-Identifier: Apache-2.0
// One run on all ranks: rank 0 gives out ranges of images, keeps what comes back, and joins it.
#pragma once

#include <optional>

#include "mpi/ranks.h"
#include "record/results.h"
#include "run/options.h"
#include "scenario/scenario.h"

namespace quantbench {

// Results on rank 0, which alone writes to options.out; nothing on the others. Finished ranges are
// in options.out/parts as they come, and the same call goes on from there. Latency, where the
// scenario wants it, is measured by rank 0 when all images are done and the others wait. Throws
// what RunScenario and MergeParts throw; other ranks are waiting then, so end them all.
std::optional<Results> RunOnRanks(const Scenario& scenario, const RunOptions& options,
                                  const Ranks& ranks);

}  // namespace quantbench
