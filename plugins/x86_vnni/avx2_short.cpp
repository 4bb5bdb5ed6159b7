// SPDX-License-Identifier: Apache-2.0
// The products of bytes for plain AVX2 where their sums are proved to fit 16 bits: vpmaddubsw,
// whose saturation then never happens.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <immintrin.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

#include "policy_256.h"

struct Avx2Short : Base256 {
  static constexpr int kRows4 = 2, kRows2 = 4, kRows1 = 8;
  static constexpr int kDepthwisePixels = 1;
  static constexpr bool kSumsShort = true;
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr ptrdiff_t kWeightBytes = 32;

  using Quads = __m256i;
  using Weights = __m256i;

  QB_FN Weights LoadWeights(const uint8_t* p) { return Load(p); }
  QB_FN Quads BroadcastQuad(const uint8_t* p) { return _mm256_broadcastd_epi32(_mm_loadu_si32(p)); }
  QB_FN Quads AsQuads(Bytes x) { return x; }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    InterleaveBytes(a, b, c, d, out);
  }
  // Two sums of two products for each lane.
  using Shorts = __m256i;
  QB_FN Shorts DotShort(Quads x, Weights w) { return _mm256_maddubs_epi16(x, w); }
  QB_FN Shorts AddShorts(Shorts a, Shorts b) { return _mm256_add_epi16(a, b); }
  QB_FN Ints AddWidened(Ints acc, Shorts sums) {
    return _mm256_add_epi32(acc, _mm256_madd_epi16(sums, _mm256_set1_epi16(1)));
  }
  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return AddWidened(acc, DotShort(x, w)); }
};

#include "../engine/kernels/gemm_u8.h"
// It uses helpers of the products.
#include "../engine/kernels/depthwise_u8.h"

constexpr Kernels MakeKernels() {
  Kernels kernels{};
  kernels.lanes = Avx2Short::kLanes;
  kernels.sums_are_short = true;
  kernels.weight_format = Avx2Short::kWeightFormat;
  kernels.gemm_u8 = GemmAllU8<ToU8<Avx2Short>>;
  kernels.depthwise_u8 = DepthwiseAllU8<ToU8<Avx2Short>>;
  return kernels;
}

}  // namespace

const Kernels kAvx2ShortKernels = MakeKernels();

}  // namespace quantbench::engine
