// SPDX-License-Identifier: Apache-2.0
// What the 256-bit paths share: everything but the dot product of bytes. See
// engine/kernels/portable_policy.h for what each function means.
//
// Included inside an anonymous namespace.

#define QB_FN static inline __attribute__((always_inline))

struct Base256 {
  static constexpr int kLanes = 8;
  static constexpr bool kSumsGroups = false, kMatrixProducts = false, kFloatLanes = false;
  static constexpr bool kSumsShort = false;
  static constexpr int32_t kActivationOffset[4] = {};

  using Ints = __m256i;
  using Floats = __m256;
  using Bytes = __m256i;
  using Zero = __m256i;

  QB_FN Ints LoadInts(const int32_t* p) { return Load(p); }
  QB_FN Floats LoadFloats(const float* p) { return _mm256_loadu_ps(p); }
  QB_FN Bytes LoadBytes(const uint8_t* p) { return Load(p); }
  QB_FN void StoreInts(uint8_t* p, Ints x) { Store(p, x); }
  QB_FN void StoreFloats(float* p, Floats x) { _mm256_storeu_ps(p, x); }
  QB_FN void StoreBytes(uint8_t* p, Bytes x) { Store(p, x); }
  QB_FN void StorePart(uint8_t* p, Bytes x, int /*count: 16*/) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_castsi256_si128(x));
  }
  QB_FN Ints SetInts(int32_t x) { return _mm256_set1_epi32(x); }
  QB_FN Floats SetFloats(float x) { return _mm256_set1_ps(x); }
  QB_FN Bytes SetBytes(int32_t x) { return _mm256_set1_epi8(static_cast<char>(x)); }
  QB_FN Floats BroadcastF(const float* p) { return _mm256_broadcast_ss(p); }

  QB_FN Floats ToFloats(Ints x) { return _mm256_cvtepi32_ps(x); }
  QB_FN Ints Round(Floats x) { return _mm256_cvtps_epi32(x); }
  QB_FN Floats Mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  QB_FN Floats Div(Floats a, Floats b) { return _mm256_div_ps(a, b); }
  QB_FN Floats Add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  QB_FN Floats MulAdd(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  QB_FN Floats MaxF(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  QB_FN Floats MinF(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  QB_FN Floats PowerOf2(Ints x) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(AddInts(x, SetInts(127)), 23));
  }
  QB_FN Floats NanWhere(Floats x, Floats y) {
    return _mm256_or_ps(y, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
  }
  QB_FN Ints AddInts(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
  QB_FN Ints Sub(Ints a, Ints b) { return _mm256_sub_epi32(a, b); }
  QB_FN Ints Max(Ints a, Ints b) { return _mm256_max_epi32(a, b); }
  QB_FN Ints Min(Ints a, Ints b) { return _mm256_min_epi32(a, b); }
  QB_FN Ints Or(Ints a, Ints b) { return _mm256_or_si256(a, b); }
  QB_FN Ints ShiftBytes(Ints x, int bytes) {
    return _mm256_sll_epi32(x, _mm_cvtsi32_si128(8 * bytes));
  }

  // Sixteen tables of sixteen bytes; the upper half of an index chooses among them, bit by bit.
  struct Table {
    __m256i part[16];
  };
  QB_FN Table LoadTable(const uint8_t* p) {
    Table table;
    for (int i = 0; i < 16; ++i)
      table.part[i] = _mm256_broadcastsi128_si256(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i)));
    return table;
  }
  QB_FN Bytes LookUp(const Table& table, Bytes x) {
    const __m256i low = _mm256_and_si256(x, _mm256_set1_epi8(15));
    __m256i found[16];
    for (int i = 0; i < 16; ++i) found[i] = _mm256_shuffle_epi8(table.part[i], low);
    for (int bit = 4, left = 8; left > 0; ++bit, left /= 2) {
      const __m256i chosen = _mm256_sll_epi16(x, _mm_cvtsi32_si128(7 - bit));  // by its top bit
      for (int i = 0; i < left; ++i)
        found[i] = _mm256_blendv_epi8(found[2 * i], found[2 * i + 1], chosen);
    }
    return found[0];
  }

  QB_FN Zero MakeZero(int32_t zero) { return _mm256_set1_epi16(static_cast<short>(zero)); }
  QB_FN Bytes Pack(Ints a, Ints b, Ints c, Ints d, Zero zero) {
    const __m256i ab = _mm256_adds_epi16(_mm256_packs_epi32(a, b), zero);
    const __m256i cd = _mm256_adds_epi16(_mm256_packs_epi32(c, d), zero);
    return _mm256_packus_epi16(ab, cd);
  }
  QB_FN void Widen(Bytes x, Ints (&out)[4]) {
    const __m256i none = _mm256_setzero_si256();
    InterleaveBytes(x, none, none, none, out);
  }
  QB_FN Bytes ClampBytes(Bytes x, Bytes lo, Bytes hi) {
    return _mm256_min_epu8(_mm256_max_epu8(x, lo), hi);
  }
  QB_FN void InterleaveBytes(Bytes a, Bytes b, Bytes c, Bytes d, __m256i (&out)[4]) {
    const __m256i ab_lo = _mm256_unpacklo_epi8(a, b), ab_hi = _mm256_unpackhi_epi8(a, b);
    const __m256i cd_lo = _mm256_unpacklo_epi8(c, d), cd_hi = _mm256_unpackhi_epi8(c, d);
    out[0] = _mm256_unpacklo_epi16(ab_lo, cd_lo);
    out[1] = _mm256_unpackhi_epi16(ab_lo, cd_lo);
    out[2] = _mm256_unpacklo_epi16(ab_hi, cd_hi);
    out[3] = _mm256_unpackhi_epi16(ab_hi, cd_hi);
  }

  QB_FN void LoadGrouped(const float* p, Floats (&out)[4]) {
    const __m256 a = LoadFloats(p), b = LoadFloats(p + 8);
    const __m256 c = LoadFloats(p + 16), d = LoadFloats(p + 24);
    out[0] = _mm256_permute2f128_ps(a, c, 0x20);
    out[1] = _mm256_permute2f128_ps(a, c, 0x31);
    out[2] = _mm256_permute2f128_ps(b, d, 0x20);
    out[3] = _mm256_permute2f128_ps(b, d, 0x31);
  }
  QB_FN void StoreGrouped(float* p, const Floats (&x)[4]) {
    StoreFloats(p, _mm256_permute2f128_ps(x[0], x[1], 0x20));
    StoreFloats(p + 8, _mm256_permute2f128_ps(x[2], x[3], 0x20));
    StoreFloats(p + 16, _mm256_permute2f128_ps(x[0], x[1], 0x31));
    StoreFloats(p + 24, _mm256_permute2f128_ps(x[2], x[3], 0x31));
  }

  QB_FN void StoreHalves(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    const __m256i dealt = _mm256_permute4x64_epi64(x, 0xD8);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y), _mm256_castsi256_si128(dealt));
    if (rows < 2) return;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y + step), _mm256_extracti128_si256(dealt, 1));
  }
  QB_FN void StoreQuarters(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    const __m256i dealt = _mm256_permutevar8x32_epi32(x, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    const __m128i front = _mm256_castsi256_si128(dealt);
    const __m128i back = _mm256_extracti128_si256(dealt, 1);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(y), front);
    if (rows > 1) StoreUpper(y + step, front);
    if (rows > 2) _mm_storel_epi64(reinterpret_cast<__m128i*>(y + 2 * step), back);
    if (rows > 3) StoreUpper(y + 3 * step, back);
  }
  QB_FN Bytes LoadHalves(const uint8_t* a, const uint8_t* b) {
    const __m128i front = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a));
    const __m128i back = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b));
    return _mm256_permute4x64_epi64(_mm256_set_m128i(back, front), 0xD8);
  }
  QB_FN Bytes LoadQuarters(const uint8_t* a, const uint8_t* b, const uint8_t* c, const uint8_t* d) {
    const __m128i front = _mm_unpacklo_epi64(_mm_loadu_si64(a), _mm_loadu_si64(b));
    const __m128i back = _mm_unpacklo_epi64(_mm_loadu_si64(c), _mm_loadu_si64(d));
    return _mm256_permutevar8x32_epi32(_mm256_set_m128i(back, front),
                                       _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
  }

 protected:
  QB_FN __m256i Load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
  QB_FN void Store(uint8_t* p, __m256i x) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), x); }
  QB_FN void StoreUpper(uint8_t* p, __m128i x) {
    _mm_storeh_pd(reinterpret_cast<double*>(p), _mm_castsi128_pd(x));
  }
};

// Paths whose CPU has a 256-bit vpdpbusd, in one encoding or the other.
struct BaseVnni256 : Base256 {
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr ptrdiff_t kWeightBytes = 32;

  using Quads = __m256i;
  using Weights = __m256i;

  QB_FN Weights LoadWeights(const uint8_t* p) { return Load(p); }
  QB_FN Weights Ones() { return _mm256_set1_epi8(1); }
  QB_FN Quads BroadcastQuad(const uint8_t* p) { return _mm256_broadcastd_epi32(_mm_loadu_si32(p)); }
  QB_FN Quads AsQuads(Bytes x) { return x; }
  QB_FN void Interleave(Bytes a, Bytes b, Bytes c, Bytes d, Quads (&out)[4]) {
    InterleaveBytes(a, b, c, d, out);
  }
};
