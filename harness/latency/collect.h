// SPDX-License-Identifier: Apache-2.0
// Timed runs of a repetition to what is kept of them.
#pragma once

#include <cstddef>
#include <span>

#include "latency/run_clock.h"
#include "record/repetition.h"

namespace quantbench {

// At most so many runs of a repetition are kept one by one: every n-th, in order.
constexpr size_t kMaxKeptSamples = 1000;

// Throws Error where there is no run.
RepetitionSamples Collect(std::span<const RunTime> times);

}  // namespace quantbench
