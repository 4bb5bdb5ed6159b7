// SPDX-License-Identifier: Apache-2.0
// What a run over a part of the images leaves for `merge`.
#pragma once

#include <cstdint>

#include "part/part.h"
#include "stage/run_context.h"
#include "stage/stages.h"

namespace quantbench {

// What there is to share among processes, before anything is decoded.
struct RunShape {
  PartIdentity identity;
  int64_t images = 0;
  int64_t batch = 1;  // ranges begin at multiples of it
};
// Call after Stages::Key.
RunShape ShapeOf(const RunContext& context, const Stages& stages);

// Call when all stages are made: the files of predictions are there, part.json is added. Throws
// WriteError, and Error for names that no file can hold.
void WritePartOf(const RunContext& context, Stages& stages);

}  // namespace quantbench
