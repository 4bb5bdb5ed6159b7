// SPDX-License-Identifier: Apache-2.0
// The kernels for plain AVX2 and FMA: products of bytes as exact 16-bit products.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <immintrin.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

#include "policy_256.h"

// vpmaddubsw would saturate at 16 bits (avx2_short.cpp has what is proved not to), so bytes are
// widened: even and odd bytes apart, each a
// vpmaddwd with weights that were split the same way when packed.
struct Avx2 : Base256 {
  static constexpr int kRows4 = 2, kRows2 = 4, kRows1 = 8;
  static constexpr int kFloatRows4 = 3, kFloatRows2 = 6, kFloatRows1 = 10;
  static constexpr int kDepthwisePixels = 1;
  static constexpr WeightFormat kWeightFormat = WeightFormat::kSplitShorts;
  static constexpr ptrdiff_t kWeightBytes = 64;

  struct Quads {
    __m256i even, odd;
  };
  using Weights = Quads;

  QB_FN Weights LoadWeights(const uint8_t* p) { return {Load(p), Load(p + 32)}; }
  QB_FN Weights Ones() { return {_mm256_set1_epi16(1), _mm256_set1_epi16(1)}; }
  QB_FN Quads AsQuads(Bytes x) {
    return {_mm256_and_si256(x, _mm256_set1_epi16(255)), _mm256_srli_epi16(x, 8)};
  }
  QB_FN Quads BroadcastQuad(const uint8_t* p) {
    return AsQuads(_mm256_broadcastd_epi32(_mm_loadu_si32(p)));
  }
  QB_FN Ints Dot(Ints acc, const Quads& x, const Weights& w) {
    acc = _mm256_add_epi32(acc, _mm256_madd_epi16(x.even, w.even));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(x.odd, w.odd));
  }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    __m256i bytes[4];
    InterleaveBytes(a, b, c, d, bytes);
    for (int v = 0; v < 4; ++v) out[v] = AsQuads(bytes[v]);
  }
};

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kAvx2Kernels = TableOf<Avx2>(nullptr, &kAvx2ShortKernels);

}  // namespace quantbench::engine
