// SPDX-License-Identifier: Apache-2.0
// What this CPU can run, as the operating system tells it.
#pragma once

#include <cstdint>

#include "../engine/paths.h"

namespace quantbench::arm {

// Bits of a feature set. Advanced SIMD is part of every aarch64 Linux, and asked for all the same.
enum Feature : uint32_t {
  kAsimd = 1u << 0,
  kDotProd = 1u << 1,
  kI8mm = 1u << 2,
};

uint32_t CpuFeatures();

// By the names that /proc/cpuinfo has for them.
inline constexpr engine::FeatureName kFeatureNames[] = {
    {kAsimd, "asimd"}, {kDotProd, "asimddp"}, {kI8mm, "i8mm"}};

}  // namespace quantbench::arm
