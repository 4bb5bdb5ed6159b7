// SPDX-License-Identifier: Apache-2.0
// What the x86 backend is called, its ISA paths and what each needs; also for the table that stands
// in for it on other architectures.
#pragma once

#include "../engine/paths.h"
#include "../engine/portable.h"
#include "isa_kernels.h"

namespace quantbench::isas {

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

struct Plugin {
  static constexpr char kName[] = "x86_vnni";
  static constexpr char kVersion[] = QUANTBENCH_VERSION;
  static constexpr char kDescription[] =
      "x86 kernels for AVX-512 VNNI, AVX-VNNI and AVX2, fused over NHWC layouts";
  static constexpr char kArchitecture[] = "x86-64";

  static constexpr engine::FeatureName kFeatures[] = {
      {kAvx2, "avx2"},         {kFma, "fma"},
      {kAvxVnni, "avx_vnni"},  {kAvx512F, "avx512f"},
      {kAvx512Bw, "avx512bw"}, {kAvx512Dq, "avx512dq"},
      {kAvx512Vl, "avx512vl"}, {kAvx512Vnni, "avx512_vnni"}};

  static constexpr uint32_t kAvx512 =
      kAvx2 | kFma | kAvx512F | kAvx512Bw | kAvx512Dq | kAvx512Vl | kAvx512Vnni;
  static constexpr bool kHere = engine::kThisArchitecture == kArchitecture;
  static constexpr engine::IsaPath kPaths[] = {
      {"avx512_vnni", kAvx512, kHere ? &engine::kAvx512VnniKernels : nullptr},
      {"avx_vnni", kAvx512, kHere ? &engine::kAvx512VlVnniKernels : nullptr},
      {"avx_vnni", kAvx2 | kFma | kAvxVnni, kHere ? &engine::kAvxVnniKernels : nullptr},
      {"avx2", kAvx2 | kFma, kHere ? &engine::kAvx2Kernels : nullptr},
      {"portable", 0, kHere ? &engine::kPortableKernels : nullptr},
  };

  // The features that the CPU has and whose registers the operating system saves.
  static uint32_t CpuFeatures();
};

}  // namespace quantbench::isas
