// SPDX-License-Identifier: Apache-2.0
// What all ARM paths share: 128-bit vectors, of which there are 32; everything but the dot product
// of bytes. See engine/kernels/portable_policy.h for what each function means.
//
// Included inside an anonymous namespace.

#define QB_FN static inline __attribute__((always_inline))

struct BaseNeon {
  static constexpr int kLanes = 4;
  // Sums, the rows' activations and a vector or two of weights have to fit into 32 registers.
  static constexpr int kFloatRows4 = 5, kFloatRows2 = 8, kFloatRows1 = 12;
  static constexpr bool kSumsGroups = true, kSumsShort = false, kFloatLanes = true;
  static constexpr ptrdiff_t kWeightBytes = 16;

  using Ints = int32x4_t;
  using Floats = float32x4_t;
  using Bytes = uint8x16_t;
  using Zero = int16x8_t;

  QB_FN Ints LoadInts(const int32_t* p) { return vld1q_s32(p); }
  QB_FN Floats LoadFloats(const float* p) { return vld1q_f32(p); }
  QB_FN Bytes LoadBytes(const uint8_t* p) { return vld1q_u8(p); }
  QB_FN void StoreInts(uint8_t* p, Ints x) { vst1q_u8(p, vreinterpretq_u8_s32(x)); }
  QB_FN void StoreFloats(float* p, Floats x) { vst1q_f32(p, x); }
  QB_FN void StoreBytes(uint8_t* p, Bytes x) { vst1q_u8(p, x); }
  QB_FN void StorePart(uint8_t* p, Bytes x, int /*count: 16*/) { vst1q_u8(p, x); }
  QB_FN void LoadGrouped(const float* p, Floats (&out)[4]) {
    for (int v = 0; v < 4; ++v) out[v] = vld1q_f32(p + 4 * v);
  }
  QB_FN void StoreGrouped(float* p, const Floats (&x)[4]) {
    for (int v = 0; v < 4; ++v) vst1q_f32(p + 4 * v, x[v]);
  }
  QB_FN Ints SetInts(int32_t x) { return vdupq_n_s32(x); }
  QB_FN Floats SetFloats(float x) { return vdupq_n_f32(x); }
  QB_FN Bytes SetBytes(int32_t x) { return vdupq_n_u8(static_cast<uint8_t>(x)); }
  QB_FN Floats BroadcastF(const float* p) { return vld1q_dup_f32(p); }

  QB_FN Floats ToFloats(Ints x) { return vcvtq_f32_s32(x); }
  QB_FN Ints Round(Floats x) { return vcvtnq_s32_f32(x); }
  QB_FN Floats Mul(Floats a, Floats b) { return vmulq_f32(a, b); }
  QB_FN Floats Div(Floats a, Floats b) { return vdivq_f32(a, b); }
  QB_FN Floats Add(Floats a, Floats b) { return vaddq_f32(a, b); }
  QB_FN Floats MulAdd(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
  template <int kLane>
  QB_FN Floats MulAddLane(Floats x, Floats w, Floats c) {
    return vfmaq_laneq_f32(c, w, x, kLane);
  }
  // fmaxnm and fminnm give the operand that is a number; fmax and fmin would give the NaN.
  QB_FN Floats MaxF(Floats a, Floats b) { return vmaxnmq_f32(a, b); }
  QB_FN Floats MinF(Floats a, Floats b) { return vminnmq_f32(a, b); }
  QB_FN Floats PowerOf2(Ints x) {
    return vreinterpretq_f32_s32(vshlq_n_s32(AddInts(x, SetInts(127)), 23));
  }
  QB_FN Floats NanWhere(Floats x, Floats y) { return vbslq_f32(vceqq_f32(x, x), y, x); }
  QB_FN Ints AddInts(Ints a, Ints b) { return vaddq_s32(a, b); }
  QB_FN Ints Sub(Ints a, Ints b) { return vsubq_s32(a, b); }
  QB_FN Ints Max(Ints a, Ints b) { return vmaxq_s32(a, b); }
  QB_FN Ints Min(Ints a, Ints b) { return vminq_s32(a, b); }
  QB_FN Ints Or(Ints a, Ints b) { return vorrq_s32(a, b); }
  QB_FN Ints ShiftBytes(Ints x, int bytes) { return vshlq_s32(x, vdupq_n_s32(8 * bytes)); }

  struct Table {
    uint8x16x4_t part[4];
  };
  QB_FN Table LoadTable(const uint8_t* p) {
    Table table;
    for (int i = 0; i < 4; ++i)
      for (int v = 0; v < 4; ++v) table.part[i].val[v] = vld1q_u8(p + 64 * i + 16 * v);
    return table;
  }
  QB_FN Bytes LookUp(const Table& table, Bytes x) {
    Bytes found = vqtbl4q_u8(table.part[0], x);
    for (int i = 1; i < 4; ++i) {
      x = vsubq_u8(x, vdupq_n_u8(64));
      found = vqtbx4q_u8(found, table.part[i], x);
    }
    return found;
  }

  QB_FN Zero MakeZero(int32_t zero) { return vdupq_n_s16(static_cast<int16_t>(zero)); }
  QB_FN Bytes Pack(Ints a, Ints b, Ints c, Ints d, Zero zero) {
    const int16x8_t ab = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), zero);
    const int16x8_t cd = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(c), d), zero);
    return vqmovun_high_s16(vqmovun_s16(ab), cd);
  }
  QB_FN void Widen(Bytes x, Ints (&out)[4]) {
    const uint16x8_t low = vmovl_u8(vget_low_u8(x)), high = vmovl_high_u8(x);
    out[0] = vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(low)));
    out[1] = vreinterpretq_s32_u32(vmovl_high_u16(low));
    out[2] = vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(high)));
    out[3] = vreinterpretq_s32_u32(vmovl_high_u16(high));
  }
  QB_FN Bytes ClampBytes(Bytes x, Bytes lo, Bytes hi) { return vminq_u8(vmaxq_u8(x, lo), hi); }

  QB_FN void StoreHalves(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    vst1_u8(y, vget_low_u8(x));
    if (rows > 1) vst1_u8(y + step, vget_high_u8(x));
  }
  QB_FN void StoreQuarters(Bytes x, int rows, uint8_t* y, ptrdiff_t step) {
    StoreQuarter<0>(x, y);
    if (rows > 1) StoreQuarter<1>(x, y + step);
    if (rows > 2) StoreQuarter<2>(x, y + 2 * step);
    if (rows > 3) StoreQuarter<3>(x, y + 3 * step);
  }
  QB_FN Bytes LoadHalves(const uint8_t* a, const uint8_t* b) {
    return vcombine_u8(vld1_u8(a), vld1_u8(b));
  }
  QB_FN Bytes LoadQuarters(const uint8_t* a, const uint8_t* b, const uint8_t* c, const uint8_t* d) {
    const uint32x4_t all = {LoadWord(a), LoadWord(b), LoadWord(c), LoadWord(d)};
    return vreinterpretq_u8_u32(all);
  }

 protected:
  // Four rows by byte: out[v] has channels 4 * v + i, four bytes each.
  QB_FN void InterleaveBytes(Bytes a, Bytes b, Bytes c, Bytes d, Bytes (&out)[4]) {
    const uint16x8_t ab_lo = vreinterpretq_u16_u8(vzip1q_u8(a, b));
    const uint16x8_t ab_hi = vreinterpretq_u16_u8(vzip2q_u8(a, b));
    const uint16x8_t cd_lo = vreinterpretq_u16_u8(vzip1q_u8(c, d));
    const uint16x8_t cd_hi = vreinterpretq_u16_u8(vzip2q_u8(c, d));
    out[0] = vreinterpretq_u8_u16(vzip1q_u16(ab_lo, cd_lo));
    out[1] = vreinterpretq_u8_u16(vzip2q_u16(ab_lo, cd_lo));
    out[2] = vreinterpretq_u8_u16(vzip1q_u16(ab_hi, cd_hi));
    out[3] = vreinterpretq_u8_u16(vzip2q_u16(ab_hi, cd_hi));
  }
  QB_FN Bytes BroadcastWord(const uint8_t* p) {
    return vreinterpretq_u8_u32(vdupq_n_u32(LoadWord(p)));
  }

 private:
  QB_FN uint32_t LoadWord(const uint8_t* p) {
    uint32_t word;
    __builtin_memcpy(&word, p, sizeof(word));
    return word;
  }
  template <int kQuarter>
  QB_FN void StoreQuarter(Bytes x, uint8_t* p) {
    const uint32_t word = vgetq_lane_u32(vreinterpretq_u32_u8(x), kQuarter);
    __builtin_memcpy(p, &word, sizeof(word));
  }
};
