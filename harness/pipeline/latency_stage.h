// SPDX-License-Identifier: Apache-2.0
// Latency of all cases of a run.
#pragma once

#include "pipeline/run_state.h"

namespace quantbench {

// Rounds of one repetition a case that is still good, in an order drawn anew for each round, with
// nothing else running; what the journal has isn't repeated. A failure becomes the row's status.
// Throws WriteError and Interrupt.
void MeasureAll(RunState& run);

}  // namespace quantbench
