// SPDX-License-Identifier: Apache-2.0
// One run of a batch with everything checked that a run owes beside its numbers. Not for timing.
#pragma once

#include <vector>

#include "backend/backend.h"
#include "backend/guarded_floats.h"

namespace quantbench {

// Scores [batch_size, classes]. Throws Error where the plugin wrote past its output or its error
// text, or left a score unwritten.
std::vector<float> RunGuarded(const Executable& executable, Context& context, int batch_size,
                              const float* input, const ThreadPool& pool,
                              const qb_tap* tap = nullptr);

}  // namespace quantbench
