// SPDX-License-Identifier: Apache-2.0
// What this core's multipliers could do, measured by loops without memory accesses.
#pragma once

#include <string>

namespace quantbench::benchmarks {

// Best of many short runs, in 1e9 multiply-adds a second, of the instruction that `isa` of x86_vnni
// computes products with (int8) or of its fused multiply-add; 0 for a path that isn't known here.
double PeakGmacs(const std::string& isa, bool int8);

}  // namespace quantbench::benchmarks
