// SPDX-License-Identifier: Apache-2.0
// Repetitions joined to a row of the results.
#pragma once

#include "latency/latency.h"
#include "report/row.h"

namespace quantbench {

// Adds to the row's detail what its latency columns can't tell: no p90, an unstable warm-up, an
// emulator (empty on hardware).
void DescribeLatency(const std::string& emulator, Row& row);

// Appends one repetition and computes the row's latency columns anew from all of them.
void AddRepetitionToRow(const RepetitionSamples& samples, Row& row);

}  // namespace quantbench
