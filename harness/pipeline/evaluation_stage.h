// SPDX-License-Identifier: Apache-2.0
// Accuracy of all cases of a run.
#pragma once

#include "pipeline/run_state.h"

namespace quantbench {

// Once a backend, recipe and, where it matters, batch size, float first, joined to every row of
// them; what the journal or the cache has isn't repeated. A failure becomes the rows' status.
// Throws Error where `expect` is missed, WriteError, and Interrupt.
void EvaluateAll(RunState& run);

}  // namespace quantbench
