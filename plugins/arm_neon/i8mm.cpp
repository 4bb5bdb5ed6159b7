// SPDX-License-Identifier: Apache-2.0
// The kernels for ARMv8.6's products of unsigned by signed bytes: usmmla for matrix products, usdot
// elsewhere.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <arm_neon.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

// What the policy uses comes before it.
#include "../engine/kernels/unroll.h"
// The policy's base.
#include "policy_neon.h"

struct I8mm : BaseNeon {
  static constexpr int kRows4 = 6, kRows2 = 8, kRows1 = 12;
  static constexpr int kDepthwisePixels = 2;
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr bool kMatrixProducts = true;
  static constexpr int32_t kActivationOffset[4] = {};

  using Quads = uint8x16_t;
  using Weights = int8x16_t;

  QB_FN Weights LoadWeights(const uint8_t* p) { return vreinterpretq_s8_u8(vld1q_u8(p)); }
  QB_FN Weights Ones() { return vdupq_n_s8(1); }
  QB_FN Quads BroadcastQuad(const uint8_t* p) { return BroadcastWord(p); }
  QB_FN Quads AsQuads(Bytes x) { return x; }
  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return vusdotq_s32(acc, x, w); }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    InterleaveBytes(a, b, c, d, out);
  }

  // usmmla multiplies two rows of 8 activations by two outputs' 8 weights into four sums. A vector
  // of sums therefore holds two rows of two channels, and is dealt again at the end.
  template <int kColumns, int kRows>
  QB_FN void SumGroups(const GemmU8& g, const uint8_t* x, Ints (&acc)[kRows][kColumns]) {
    constexpr int kRowPairs = (kRows + 1) / 2, kPairs = 2 * kColumns;
    Ints sums[kRowPairs][kPairs];
    Repeat<kColumns>([&](auto v) QB_LAMBDA {
      Repeat<kRowPairs>([&](auto r) QB_LAMBDA {
        Deal(acc[0][v], acc[0][v], sums[r][2 * v], sums[r][2 * v + 1]);
      });
    });
    const uint8_t* w = static_cast<const uint8_t*>(g.weights);
    for (int run = 0; run < g.runs; ++run) {
      const uint8_t* p[kRowPairs];
      Repeat<kRowPairs>([&](auto r)
                            QB_LAMBDA { p[r] = x + g.run_offsets[run] + 2 * r * g.x_step; });
      for (int s = 0; s < g.steps; s += 4) {
        Bytes rows[2][kRowPairs];  // of the first and last 8 channels
        Repeat<kRowPairs>([&](auto r) QB_LAMBDA {
          // An odd last row is its own neighbour.
          const Bytes upper = vld1q_u8(p[r]);
          const Bytes lower = 2 * r + 1 < kRows ? vld1q_u8(p[r] + g.x_step) : upper;
          rows[0][r] = ZipLow(upper, lower);
          rows[1][r] = ZipHigh(upper, lower);
        });
        Repeat<2>([&](auto half) QB_LAMBDA {
          Repeat<kPairs>([&](auto c) QB_LAMBDA {
            const Weights weights = LoadWeights(w + (half * kPairs + c) * kWeightBytes);
            Repeat<kRowPairs>([&](auto r) QB_LAMBDA {
              sums[r][c] = vusmmlaq_s32(sums[r][c], rows[half][r], weights);
            });
          });
        });
        w += 2 * kPairs * kWeightBytes;
        Repeat<kRowPairs>([&](auto r) QB_LAMBDA { p[r] += 16; });
      }
    }
    Repeat<kColumns>([&](auto v) QB_LAMBDA {
      Repeat<kRowPairs>([&](auto r) QB_LAMBDA {
        constexpr int kLast = 2 * r + 1 < kRows ? 2 * r + 1 : 2 * r;
        Ints upper, lower;
        Deal(sums[r][2 * v], sums[r][2 * v + 1], upper, lower);
        acc[kLast][v] = lower;
        acc[2 * r][v] = upper;
      });
    });
  }

 private:
  QB_FN Bytes ZipLow(Bytes a, Bytes b) {
    return vreinterpretq_u8_u64(vzip1q_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
  }
  QB_FN Bytes ZipHigh(Bytes a, Bytes b) {
    return vreinterpretq_u8_u64(vzip2q_u64(vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b)));
  }
  // The first halves of a and b, and the second ones.
  QB_FN void Deal(Ints a, Ints b, Ints& first, Ints& second) {
    first = vreinterpretq_s32_u8(ZipLow(vreinterpretq_u8_s32(a), vreinterpretq_u8_s32(b)));
    second = vreinterpretq_s32_u8(ZipHigh(vreinterpretq_u8_s32(a), vreinterpretq_u8_s32(b)));
  }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kI8mmKernels = TableOf<I8mm>();

}  // namespace quantbench::engine
