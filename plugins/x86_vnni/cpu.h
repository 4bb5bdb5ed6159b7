// SPDX-License-Identifier: Apache-2.0
// What this CPU and its operating system can run.
#pragma once

#include <cstdint>

#include "../engine/paths.h"

namespace quantbench::x86 {

// Bits of a feature set.
enum Feature : uint32_t {
  kAvx2 = 1u << 0,
  kFma = 1u << 1,
  kAvxVnni = 1u << 2,
  kAvx512F = 1u << 3,
  kAvx512Bw = 1u << 4,
  kAvx512Dq = 1u << 5,
  kAvx512Vl = 1u << 6,
  kAvx512Vnni = 1u << 7,
};

// The features that the CPU has and whose registers the operating system saves.
uint32_t CpuFeatures();

inline constexpr engine::FeatureName kFeatureNames[] = {
    {kAvx2, "avx2"},         {kFma, "fma"},
    {kAvxVnni, "avx_vnni"},  {kAvx512F, "avx512f"},
    {kAvx512Bw, "avx512bw"}, {kAvx512Dq, "avx512dq"},
    {kAvx512Vl, "avx512vl"}, {kAvx512Vnni, "avx512_vnni"}};

}  // namespace quantbench::x86
