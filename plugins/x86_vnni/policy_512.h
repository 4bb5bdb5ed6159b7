// SPDX-License-Identifier: Apache-2.0
// The vectors of AVX-512 with VNNI; engine/kernels/portable_policy.h says what each function means.
//
// Included inside an anonymous namespace.

#define QB_FN static inline __attribute__((always_inline))

struct Avx512 {
  static constexpr int kLanes = 16;
  static constexpr int kRows4 = 6, kRows2 = 12, kRows1 = 12;
  static constexpr int kFloatRows4 = 6, kFloatRows2 = 12, kFloatRows1 = 12;
  static constexpr int kDepthwisePixels = 2;
  static constexpr bool kSumsGroups = false, kMatrixProducts = false, kFloatLanes = false;
  static constexpr bool kSumsShort = false;
  static constexpr int32_t kActivationOffset[4] = {};
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr ptrdiff_t kWeightBytes = 64;

  using Ints = __m512i;
  using Floats = __m512;
  using Bytes = __m512i;
  using Quads = __m512i;
  using Weights = __m512i;
  using Zero = __m512i;

  QB_FN Ints LoadInts(const int32_t* p) { return _mm512_loadu_si512(p); }
  QB_FN Floats LoadFloats(const float* p) { return _mm512_loadu_ps(p); }
  QB_FN Bytes LoadBytes(const uint8_t* p) { return _mm512_loadu_si512(p); }
  QB_FN Weights LoadWeights(const uint8_t* p) { return _mm512_loadu_si512(p); }
  QB_FN Weights Ones() { return _mm512_set1_epi8(1); }
  QB_FN void StoreInts(uint8_t* p, Ints x) { _mm512_storeu_si512(p, x); }
  QB_FN void StoreFloats(float* p, Floats x) { _mm512_storeu_ps(p, x); }
  QB_FN void StoreBytes(uint8_t* p, Bytes x) { _mm512_storeu_si512(p, x); }
  QB_FN void StorePart(uint8_t* p, Bytes x, int count) {
    _mm512_mask_storeu_epi8(p, ~0ull >> (64 - count), x);
  }
  QB_FN Ints SetInts(int32_t x) { return _mm512_set1_epi32(x); }
  QB_FN Floats SetFloats(float x) { return _mm512_set1_ps(x); }
  QB_FN Bytes SetBytes(int32_t x) { return _mm512_set1_epi8(static_cast<char>(x)); }

  QB_FN Quads BroadcastQuad(const uint8_t* p) { return _mm512_broadcastd_epi32(_mm_loadu_si32(p)); }
  QB_FN Quads AsQuads(Bytes x) { return x; }
  QB_FN Floats BroadcastF(const float* p) { return _mm512_set1_ps(*p); }
  QB_FN Ints Dot(Ints acc, Quads x, Weights w) { return _mm512_dpbusd_epi32(acc, x, w); }

  QB_FN Floats ToFloats(Ints x) { return _mm512_cvtepi32_ps(x); }
  QB_FN Ints Round(Floats x) { return _mm512_cvtps_epi32(x); }
  QB_FN Floats Mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  QB_FN Floats Div(Floats a, Floats b) { return _mm512_div_ps(a, b); }
  QB_FN Floats Add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  QB_FN Floats MulAdd(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  QB_FN Floats MaxF(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  QB_FN Floats MinF(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  QB_FN Floats PowerOf2(Ints x) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(AddInts(x, SetInts(127)), 23));
  }
  QB_FN Floats NanWhere(Floats x, Floats y) {
    return _mm512_mask_mov_ps(y, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
  }
  QB_FN Ints AddInts(Ints a, Ints b) { return _mm512_add_epi32(a, b); }
  QB_FN Ints Sub(Ints a, Ints b) { return _mm512_sub_epi32(a, b); }
  QB_FN Ints Max(Ints a, Ints b) { return _mm512_max_epi32(a, b); }
  QB_FN Ints Min(Ints a, Ints b) { return _mm512_min_epi32(a, b); }
  QB_FN Ints Or(Ints a, Ints b) { return _mm512_or_si512(a, b); }
  QB_FN Ints ShiftBytes(Ints x, int bytes) {
    return _mm512_sll_epi32(x, _mm_cvtsi32_si128(8 * bytes));
  }

  struct Table {
    __m512i part[16];
  };
  QB_FN Table LoadTable(const uint8_t* p) {
    Table table;
    for (int i = 0; i < 16; ++i) table.part[i] = _mm512_broadcast_i32x4(Load128(p + 16 * i));
    return table;
  }
  QB_FN Bytes LookUp(const Table& table, Bytes x) {
    const __m512i low = _mm512_and_si512(x, _mm512_set1_epi8(15));
    __m512i found[16];
    for (int i = 0; i < 16; ++i) found[i] = _mm512_shuffle_epi8(table.part[i], low);
    for (int bit = 4, left = 8; left > 0; ++bit, left /= 2) {
      const __mmask64 chosen =
          _mm512_test_epi8_mask(x, _mm512_set1_epi8(static_cast<char>(1 << bit)));
      for (int i = 0; i < left; ++i)
        found[i] = _mm512_mask_blend_epi8(chosen, found[2 * i], found[2 * i + 1]);
    }
    return found[0];
  }

  QB_FN Zero MakeZero(int32_t zero) { return _mm512_set1_epi16(static_cast<short>(zero)); }
  QB_FN Bytes Pack(Ints a, Ints b, Ints c, Ints d, Zero zero) {
    const __m512i ab = _mm512_adds_epi16(_mm512_packs_epi32(a, b), zero);
    const __m512i cd = _mm512_adds_epi16(_mm512_packs_epi32(c, d), zero);
    return _mm512_packus_epi16(ab, cd);
  }
  QB_FN void Widen(Bytes x, Ints (&out)[4]) {
    const __m512i none = _mm512_setzero_si512();
    Interleave(x, none, none, none, out);
  }
  QB_FN Bytes ClampBytes(Bytes x, Bytes lo, Bytes hi) {
    return _mm512_min_epu8(_mm512_max_epu8(x, lo), hi);
  }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    const __m512i ab_lo = _mm512_unpacklo_epi8(a, b), ab_hi = _mm512_unpackhi_epi8(a, b);
    const __m512i cd_lo = _mm512_unpacklo_epi8(c, d), cd_hi = _mm512_unpackhi_epi8(c, d);
    out[0] = _mm512_unpacklo_epi16(ab_lo, cd_lo);
    out[1] = _mm512_unpackhi_epi16(ab_lo, cd_lo);
    out[2] = _mm512_unpacklo_epi16(ab_hi, cd_hi);
    out[3] = _mm512_unpackhi_epi16(ab_hi, cd_hi);
  }

  // Transposes groups, which is its own inverse.
  QB_FN void LoadGrouped(const float* p, Floats (&out)[4]) {
    const Floats x[4] = {LoadFloats(p), LoadFloats(p + 16), LoadFloats(p + 32), LoadFloats(p + 48)};
    TransposeGroups(x, out);
  }
  QB_FN void StoreGrouped(float* p, const Floats (&x)[4]) {
    Floats out[4];
    TransposeGroups(x, out);
    StoreFloats(p, out[0]);
    StoreFloats(p + 16, out[1]);
    StoreFloats(p + 32, out[2]);
    StoreFloats(p + 48, out[3]);
  }
  QB_FN void TransposeGroups(const Floats (&x)[4], Floats (&out)[4]) {
    const __m512 ab_lo = _mm512_shuffle_f32x4(x[0], x[1], 0x44);
    const __m512 ab_hi = _mm512_shuffle_f32x4(x[0], x[1], 0xee);
    const __m512 cd_lo = _mm512_shuffle_f32x4(x[2], x[3], 0x44);
    const __m512 cd_hi = _mm512_shuffle_f32x4(x[2], x[3], 0xee);
    out[0] = _mm512_shuffle_f32x4(ab_lo, cd_lo, 0x88);
    out[1] = _mm512_shuffle_f32x4(ab_lo, cd_lo, 0xdd);
    out[2] = _mm512_shuffle_f32x4(ab_hi, cd_hi, 0x88);
    out[3] = _mm512_shuffle_f32x4(ab_hi, cd_hi, 0xdd);
  }

  QB_FN void StoreHalves(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    const __m512i dealt = _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), x);
    Store256(y, _mm512_castsi512_si256(dealt));
    if (rows > 1) Store256(y + step, _mm512_extracti64x4_epi64(dealt, 1));
  }
  QB_FN void StoreQuarters(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    const __m512i dealt = _mm512_permutexvar_epi32(Transpose(), x);
    Store128(y, _mm512_castsi512_si128(dealt));
    if (rows > 1) Store128(y + step, _mm512_extracti32x4_epi32(dealt, 1));
    if (rows > 2) Store128(y + 2 * step, _mm512_extracti32x4_epi32(dealt, 2));
    if (rows > 3) Store128(y + 3 * step, _mm512_extracti32x4_epi32(dealt, 3));
  }
  QB_FN Bytes LoadHalves(const uint8_t* a, const uint8_t* b) {
    const __m512i both = _mm512_inserti64x4(_mm512_castsi256_si512(Load256(a)), Load256(b), 1);
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7), both);
  }
  QB_FN Bytes LoadQuarters(const uint8_t* a, const uint8_t* b, const uint8_t* c, const uint8_t* d) {
    __m512i all = _mm512_castsi128_si512(Load128(a));
    all = _mm512_inserti32x4(all, Load128(b), 1);
    all = _mm512_inserti32x4(all, Load128(c), 2);
    all = _mm512_inserti32x4(all, Load128(d), 3);
    return _mm512_permutexvar_epi32(Transpose(), all);
  }

 private:
  QB_FN __m512i Transpose() {
    return _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  }
  QB_FN void Store256(uint8_t* p, __m256i x) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x);
  }
  QB_FN void Store128(uint8_t* p, __m128i x) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), x); }
  QB_FN __m256i Load256(const uint8_t* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  QB_FN __m128i Load128(const uint8_t* p) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  }
};
