// SPDX-License-Identifier: Apache-2.0
// Timing of one prepared model, driven by Google Benchmark.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "latency/memory_watch.h"
#include "record/repetition.h"
#include "support/thread_pool.h"

namespace quantbench {

struct RepetitionSettings {
  double warmup_seconds = 0.2;  // at least; up to five times as long until the time is stable
  double min_seconds = 1.0;     // of timed runs, where `iterations` is 0
  int64_t iterations = 0;       // timed runs; 0: as many as min_seconds needs
};

template <>
struct Fields<RepetitionSettings> {
  static constexpr std::tuple kAll{Field("warmup_seconds", &RepetitionSettings::warmup_seconds),
                                   Field("min_seconds", &RepetitionSettings::min_seconds),
                                   Field("iterations", &RepetitionSettings::iterations)};
};

// Runs the batch again and again on the pool: `input` is [batch_size,c,h,w]. Nothing else may run
// meanwhile. `memory` is told of the first run, where it is given. Throws Error with the backend's
// text.
RepetitionSamples MeasureRepetition(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, const ThreadPool& pool,
                                    MemoryWatch* memory = nullptr);

}  // namespace quantbench
