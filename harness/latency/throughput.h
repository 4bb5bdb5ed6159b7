// SPDX-License-Identifier: Apache-2.0
// Images a second where several contexts of one executable run at once, as in a server.
#pragma once

#include <chrono>
#include <span>

#include "backend/backend.h"
#include "latency/latency.h"
#include "latency/run_clock.h"
#include "record/repetition.h"

namespace quantbench {

// A span of time in which all streams were running, from their first moment to their last.
struct SteadyWindow {
  std::chrono::steady_clock::time_point opened, closed;
};

// How many of a stream's runs the window holds. One that reaches over its edge counts by the part
// that lies inside, so neither edge rounds.
double RunsInWindow(std::span<const RunTime> runs, const SteadyWindow& window);

// `streams` threads, each with a context, an input and a pool of `threads` workers of its own, run
// batches one after another. The window opens when all have warmed up and closes after min_seconds,
// or when each has done a whole run in it; until then no stream ends. The samples are the runs that
// lie in the window, so the times are those under load; fast_cpu_ms is the mean of all of them.
// `input` is [batch_size,c,h,w]. Throws Error with the backend's text.
RepetitionSamples MeasureThroughput(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, int streams, int threads);

}  // namespace quantbench
