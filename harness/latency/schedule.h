// SPDX-License-Identifier: Apache-2.0
// The order in which repetitions of several cases are timed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantbench {

// `repetitions` rounds; each holds every number in [0, cases) once, in an order drawn anew. So a
// machine that becomes slower or faster meanwhile does so for all cases alike. The same seed gives
// the same order everywhere.
std::vector<std::vector<size_t>> InterleavedRounds(size_t cases, int repetitions, uint64_t seed);

}  // namespace quantbench
