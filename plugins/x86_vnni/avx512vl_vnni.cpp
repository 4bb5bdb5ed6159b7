// SPDX-License-Identifier: Apache-2.0
// The kernels for AVX-512VL with VNNI at 256 bits: 32 registers, no 512-bit clock.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <immintrin.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

#include "policy_256.h"

struct Avx512VlVnni : BaseVnni256 {
  static constexpr int kRows4 = 6, kRows2 = 12, kRows1 = 12;
  static constexpr int kFloatRows4 = 6, kFloatRows2 = 12, kFloatRows1 = 12;
  static constexpr int kDepthwisePixels = 2;

  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return _mm256_dpbusd_epi32(acc, x, w); }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kAvx512VlVnniKernels = TableOf<Avx512VlVnni>();

}  // namespace quantbench::engine
