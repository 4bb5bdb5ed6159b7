// SPDX-License-Identifier: Apache-2.0
// What the ARM backend is called, its ISA paths and what each needs; also for the table that stands
// in for it on other architectures.
#pragma once

#include "../engine/paths.h"
#include "../engine/portable.h"
#include "isa_kernels.h"

namespace quantbench::isas {

// Bits of a feature set. Advanced SIMD is part of every aarch64 Linux, and asked for all the same.
enum Feature : uint32_t {
  kAsimd = 1u << 0,
  kDotProd = 1u << 1,
  kI8mm = 1u << 2,
};

struct Plugin {
  static constexpr char kName[] = "arm_neon";
  static constexpr char kVersion[] = QUANTBENCH_VERSION;
  static constexpr char kDescription[] =
      "ARM kernels for i8mm, dotprod and plain NEON, fused over NHWC layouts";
  static constexpr char kArchitecture[] = "aarch64";

  // By the names that /proc/cpuinfo has for them.
  static constexpr engine::FeatureName kFeatures[] = {
      {kAsimd, "asimd"}, {kDotProd, "asimddp"}, {kI8mm, "i8mm"}};

  static constexpr bool kHere = engine::kThisArchitecture == kArchitecture;
  static constexpr engine::IsaPath kPaths[] = {
      {"i8mm", kAsimd | kI8mm, kHere ? &engine::kI8mmKernels : nullptr},
      {"dotprod", kAsimd | kDotProd, kHere ? &engine::kDotProdKernels : nullptr},
      {"neon", kAsimd, kHere ? &engine::kNeonKernels : nullptr},
      {"portable", 0, kHere ? &engine::kPortableKernels : nullptr},
  };

  // What the operating system says that the CPU has.
  static uint32_t CpuFeatures();
};

}  // namespace quantbench::isas
