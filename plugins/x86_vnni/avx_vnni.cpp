// SPDX-License-Identifier: Apache-2.0
// The kernels for AVX-VNNI, 256 bits wide, 16 registers.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <immintrin.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

#include "policy_256.h"

struct AvxVnni : BaseVnni256 {
  static constexpr int kRows4 = 3, kRows2 = 6, kRows1 = 10;
  static constexpr int kFloatRows4 = 3, kFloatRows2 = 6, kFloatRows1 = 10;
  static constexpr int kDepthwisePixels = 1;

  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return _mm256_dpbusd_avx_epi32(acc, x, w); }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kAvxVnniKernels = TableOf<AvxVnni>();

}  // namespace quantbench::engine
