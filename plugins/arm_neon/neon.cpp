// SPDX-License-Identifier: Apache-2.0
// The kernels for any ARMv8-A: products of bytes as exact 16-bit products.
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

// Products of two signed bytes are added in pairs to 16 bits, which two products of -128 * -128
// would leave. So the first of a pair is (x - 128) * w, at most 2^14, and the second is subtracted:
// (127 - x) * w, at least -127 * 128. Their difference lies in [-32640, 32640] for all x and w.
struct Neon : BaseNeon {
  static constexpr int kRows4 = 4, kRows2 = 6, kRows1 = 8;
  static constexpr int kDepthwisePixels = 1;
  static constexpr WeightFormat kWeightFormat = WeightFormat::kSplitBytes;
  static constexpr bool kMatrixProducts = false;
  static constexpr int32_t kActivationOffset[4] = {128, 128, 127, 127};

  using Quads = int8x16_t;  // channels 0 and 1 four times, then channels 2 and 3
  using Weights = int8x16_t;
  using Group = int8x16_t;

  QB_FN Weights LoadWeights(const uint8_t* p) { return vreinterpretq_s8_u8(vld1q_u8(p)); }
  QB_FN Weights Ones() { return vdupq_n_s8(1); }
  QB_FN Quads BroadcastQuad(const uint8_t* p) { return Select<0>(Centre(BroadcastWord(p))); }
  // The same byte sixteen times, as channels of any order.
  QB_FN Quads AsQuads(Bytes x) { return CentreHalves(x); }
  QB_FN Ints Dot(Ints acc, Quads x, Weights w) {
    const int16x8_t first = vmull_s8(vget_low_s8(x), vget_low_s8(w));
    return vpadalq_s16(acc, vmlsl_high_s8(first, x, w));
  }
  QB_FN Group LoadGroup(const uint8_t* p) { return Centre(vld1q_u8(p)); }
  template <int kStep>
  QB_FN Ints DotLane(Ints acc, Group x, Weights w) {
    return Dot(acc, Select<kStep>(x), w);
  }
  template <int kColumns, int kRows>
  QB_FN void SumGroups(const GemmU8& g, const uint8_t* x, Ints (&acc)[kRows][kColumns]) {
    SumLanes<Neon, kColumns, kRows>(g, x, acc);
  }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    const uint64x2_t ab_lo = vreinterpretq_u64_u8(vzip1q_u8(a, b));
    const uint64x2_t ab_hi = vreinterpretq_u64_u8(vzip2q_u8(a, b));
    const uint64x2_t cd_lo = vreinterpretq_u64_u8(vzip1q_u8(c, d));
    const uint64x2_t cd_hi = vreinterpretq_u64_u8(vzip2q_u8(c, d));
    out[0] = CentreHalves(vreinterpretq_u8_u64(vzip1q_u64(ab_lo, cd_lo)));
    out[1] = CentreHalves(vreinterpretq_u8_u64(vzip2q_u64(ab_lo, cd_lo)));
    out[2] = CentreHalves(vreinterpretq_u8_u64(vzip1q_u64(ab_hi, cd_hi)));
    out[3] = CentreHalves(vreinterpretq_u8_u64(vzip2q_u64(ab_hi, cd_hi)));
  }

 private:
  // x - 128 for channels 0 and 1 of each four, 127 - x for channels 2 and 3.
  QB_FN int8x16_t Centre(Bytes x) {
    const uint8x16_t flips = vreinterpretq_u8_u32(vdupq_n_u32(0x7f7f8080u));
    return vreinterpretq_s8_u8(veorq_u8(x, flips));
  }
  // The same, where channels 0 and 1 fill the first half.
  QB_FN int8x16_t CentreHalves(Bytes x) {
    const uint8x16_t flips = vcombine_u8(vdup_n_u8(0x80), vdup_n_u8(0x7f));
    return vreinterpretq_s8_u8(veorq_u8(x, flips));
  }
  // Four channels in the order of Quads.
  template <int kStep>
  QB_FN Quads Select(Group x) {
    constexpr unsigned kFirst = 0x0100u + 0x0404u * kStep, kSecond = kFirst + 0x0202u;
    const uint8x16_t order =
        vreinterpretq_u8_u16(vcombine_u16(vdup_n_u16(kFirst), vdup_n_u16(kSecond)));
    return vqtbl1q_s8(x, order);
  }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kNeonKernels = TableOf<Neon>();

}  // namespace quantbench::engine
