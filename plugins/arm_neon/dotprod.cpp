// SPDX-License-Identifier: Apache-2.0
// The kernels for ARMv8.2 with dot products of signed bytes (sdot).
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <arm_neon.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

// What the policy uses comes before it.
#include "../engine/kernels/lanes_u8.h"
// The policy's base.
#include "policy_neon.h"

// Activations become signed by taking 128 from them.
struct DotProd : BaseNeon {
  static constexpr int kRows4 = 6, kRows2 = 8, kRows1 = 12;
  static constexpr int kDepthwisePixels = 2;
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr bool kMatrixProducts = false;
  static constexpr int32_t kActivationOffset[4] = {128, 128, 128, 128};

  using Quads = int8x16_t;
  using Weights = int8x16_t;
  using Group = int8x16_t;

  QB_FN Weights LoadWeights(const uint8_t* p) { return vreinterpretq_s8_u8(vld1q_u8(p)); }
  QB_FN Weights Ones() { return vdupq_n_s8(1); }
  QB_FN Quads BroadcastQuad(const uint8_t* p) { return AsQuads(BroadcastWord(p)); }
  QB_FN Quads AsQuads(Bytes x) { return vreinterpretq_s8_u8(veorq_u8(x, vdupq_n_u8(0x80))); }
  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return vdotq_s32(acc, x, w); }
  QB_FN Group LoadGroup(const uint8_t* p) { return AsQuads(vld1q_u8(p)); }
  template <int kStep>
  QB_FN Ints DotLane(Ints acc, Group x, Weights w) {
    return vdotq_laneq_s32(acc, w, x, kStep);
  }
  template <int kColumns, int kRows>
  QB_FN void SumGroups(const GemmU8& g, const uint8_t* x, Ints (&acc)[kRows][kColumns]) {
    SumLanes<DotProd, kColumns, kRows>(g, x, acc);
  }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    Bytes bytes[4];
    InterleaveBytes(a, b, c, d, bytes);
    for (int v = 0; v < 4; ++v) out[v] = AsQuads(bytes[v]);
  }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kDotProdKernels = TableOf<DotProd>();

}  // namespace quantbench::engine
