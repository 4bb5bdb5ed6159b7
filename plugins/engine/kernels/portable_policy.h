// SPDX-License-Identifier: Apache-2.0
// The vectors of a policy in plain C++, in the shape of AVX-512: what each function of a policy
// means, and a way to see packing bugs on any machine.
//
// The u8 kernels are made from a policy with an output stage on top (ToU8 and ToF32 in gemm_u8.h),
// which derives from it and so must reach its functions. What dynamic quantisation asks for beyond
// u8 outputs is LoadGrouped and StoreGrouped.
//
// Included inside an anonymous namespace. A vector of bytes has four times as many elements as one
// of ints; both are seen as quarters of 128 bits ("lane groups") by the functions that pack.

struct Portable {
  static constexpr int kLanes = 16;
  static constexpr int kGroups = kLanes / 4;
  // Tile heights for 4, 2 and 1 columns. Lower than those of AVX-512, since this code is to be
  // built quickly, with sanitizers too.
  static constexpr int kRows4 = 2, kRows2 = 3, kRows1 = 5;
  static constexpr int kFloatRows4 = 2, kFloatRows2 = 3, kFloatRows1 = 5;
  static constexpr int kDepthwisePixels = 2;  // that share a load of weights
  static constexpr WeightFormat kWeightFormat = WeightFormat::kBytes;
  static constexpr ptrdiff_t kWeightBytes = 4 * kLanes;  // of one vector of weights
  // Whether four steps can be summed at once (SumGroups), maybe as products of small matrices, and
  // float steps by lane (MulAddLane<lane>(x, w, c): x[lane] * w + c, for vectors of four lanes).
  static constexpr bool kSumsGroups = true, kMatrixProducts = false, kFloatLanes = false;
  // Whether all products are summed in 16 bits first (SumShorts in gemm_u8.h), by DotShort,
  // AddShorts and AddWidened: for layers that were proved to allow it.
  static constexpr bool kSumsShort = false;
  // What Dot takes from each of the four activations before it multiplies.
  static constexpr int32_t kActivationOffset[4] = {};

  struct Ints {
    int32_t v[kLanes];
  };
  struct Floats {
    float v[kLanes];
  };
  struct Bytes {
    uint8_t v[4 * kLanes];
  };
  using Quads = Bytes;  // four activations for each lane
  struct Weights {      // four weights for each lane
    int8_t v[4 * kLanes];
  };
  using Zero = int32_t;

  // Not inlined: kernels are unrolled, and there would be thousands of these loops to compile.
  template <class V, class F>
  __attribute__((noinline)) static V Each(const F& f) {
    V out;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): of an array, also where its items are pointers
    for (int i = 0; i < static_cast<int>(sizeof(out.v) / sizeof(out.v[0])); ++i) out.v[i] = f(i);
    return out;
  }
  template <class V>
  static V Load(const void* p) {
    V out;
    __builtin_memcpy(&out, p, sizeof(out));
    return out;
  }

  static Ints LoadInts(const int32_t* p) { return Load<Ints>(p); }
  static Floats LoadFloats(const float* p) { return Load<Floats>(p); }
  static Bytes LoadBytes(const uint8_t* p) { return Load<Bytes>(p); }
  static Weights LoadWeights(const uint8_t* p) { return Load<Weights>(p); }
  static Weights Ones() {
    return Each<Weights>([](int) { return int8_t{1}; });
  }
  static void StoreInts(uint8_t* p, const Ints& x) { __builtin_memcpy(p, &x, sizeof(x)); }
  static void StoreFloats(float* p, const Floats& x) { __builtin_memcpy(p, &x, sizeof(x)); }
  static void StoreBytes(uint8_t* p, const Bytes& x) { __builtin_memcpy(p, &x, sizeof(x)); }
  // The first `count` bytes, a multiple of 16.
  static void StorePart(uint8_t* p, const Bytes& x, int count) {
    __builtin_memcpy(p, &x, static_cast<size_t>(count));
  }
  static Ints SetInts(int32_t x) {
    return Each<Ints>([&](int) { return x; });
  }
  static Floats SetFloats(float x) {
    return Each<Floats>([&](int) { return x; });
  }
  static Bytes SetBytes(int32_t x) {
    return Each<Bytes>([&](int) { return static_cast<uint8_t>(x); });
  }

  // Four activations at p, the same for every lane.
  static Quads BroadcastQuad(const uint8_t* p) {
    return Each<Quads>([&](int i) { return p[i % 4]; });
  }
  static Quads AsQuads(const Bytes& x) { return x; }
  static Floats BroadcastF(const float* p) { return SetFloats(*p); }
  // acc + the sum of four products for each lane, exactly.
  static Ints Dot(const Ints& acc, const Quads& x, const Weights& w) {
    return Each<Ints>([&](int i) {
      int32_t sum = acc.v[i];
      for (int k = 4 * i; k < 4 * i + 4; ++k) sum += x.v[k] * w.v[k];
      return sum;
    });
  }

  // Sixteen activations at p, and Dot with four of them for every lane.
  using Group = Bytes;
  static Group LoadGroup(const uint8_t* p) {
    return Each<Group>([&](int i) { return p[i % 16]; });
  }
  template <int kStep>
  static Ints DotLane(const Ints& acc, const Group& x, const Weights& w) {
    return Dot(acc, BroadcastQuad(x.v + 4 * kStep), w);
  }
  template <int kColumns, int kRows>
  static void SumGroups(const GemmU8& g, const uint8_t* x, Ints (&acc)[kRows][kColumns]) {
    SumLanes<Portable, kColumns, kRows>(g, x, acc);
  }

  static Floats ToFloats(const Ints& x) {
    return Each<Floats>([&](int i) { return static_cast<float>(x.v[i]); });
  }
  static Ints Round(const Floats& x) {
    return Each<Ints>([&](int i) { return static_cast<int32_t>(__builtin_lrintf(x.v[i])); });
  }
  static Floats Mul(const Floats& a, const Floats& b) {
    return Each<Floats>([&](int i) { return a.v[i] * b.v[i]; });
  }
  static Floats Div(const Floats& a, const Floats& b) {
    return Each<Floats>([&](int i) { return a.v[i] / b.v[i]; });
  }
  static Floats Add(const Floats& a, const Floats& b) {
    return Each<Floats>([&](int i) { return a.v[i] + b.v[i]; });
  }
  static Floats MulAdd(const Floats& a, const Floats& b, const Floats& c) {
    return Each<Floats>([&](int i) { return plugin::AnyFma::Of(a.v[i], b.v[i], c.v[i]); });
  }
  // Both give the second operand where one is NaN.
  static Floats MaxF(const Floats& a, const Floats& b) {
    return Each<Floats>([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
  }
  static Floats MinF(const Floats& a, const Floats& b) {
    return Each<Floats>([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
  }
  // 2^x, for -126 <= x <= 127.
  static Floats PowerOf2(const Ints& x) {
    return Each<Floats>([&](int i) { return __builtin_ldexpf(1.0f, x.v[i]); });
  }
  // `y`, or NaN where x is one.
  static Floats NanWhere(const Floats& x, const Floats& y) {
    return Each<Floats>([&](int i) { return x.v[i] == x.v[i] ? y.v[i] : x.v[i]; });
  }
  static Ints AddInts(const Ints& a, const Ints& b) {
    return Each<Ints>([&](int i) { return a.v[i] + b.v[i]; });
  }
  static Ints Sub(const Ints& a, const Ints& b) {
    return Each<Ints>([&](int i) { return a.v[i] - b.v[i]; });
  }
  static Ints Max(const Ints& a, const Ints& b) {
    return Each<Ints>([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
  }
  static Ints Min(const Ints& a, const Ints& b) {
    return Each<Ints>([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
  }
  static Ints Or(const Ints& a, const Ints& b) {
    return Each<Ints>([&](int i) { return a.v[i] | b.v[i]; });
  }
  static Ints ShiftBytes(const Ints& x, int bytes) {
    return Each<Ints>(
        [&](int i) { return static_cast<int32_t>(static_cast<uint32_t>(x.v[i]) << (8 * bytes)); });
  }

  // Each byte of x as index into a table of 256.
  using Table = const uint8_t*;
  static Table LoadTable(const uint8_t* table) { return table; }
  static Bytes LookUp(Table table, const Bytes& x) {
    return Each<Bytes>([&](int i) { return table[x.v[i]]; });
  }

  // Saturates four sums plus the zero point to u8: group g of the result is group g of a, b, c, d.
  static Zero MakeZero(int32_t zero) { return zero; }
  static Bytes Pack(const Ints& a, const Ints& b, const Ints& c, const Ints& d, Zero zero) {
    const Ints* const sources[4] = {&a, &b, &c, &d};
    return Each<Bytes>([&](int i) {
      const int64_t q = int64_t{sources[i % 16 / 4]->v[i / 16 * 4 + i % 4]} + zero;
      return static_cast<uint8_t>(q < 0 ? 0 : q > 255 ? 255 : q);
    });
  }
  // The inverse of Pack, less the saturation.
  static void Widen(const Bytes& x, Ints (&out)[4]) {
    for (int i = 0; i < 4 * kLanes; ++i) out[i % 16 / 4].v[i / 16 * 4 + i % 4] = x.v[i];
  }
  static Bytes ClampBytes(const Bytes& x, const Bytes& lo, const Bytes& hi) {
    return Each<Bytes>([&](int i) {
      const uint8_t raised = x.v[i] > lo.v[i] ? x.v[i] : lo.v[i];
      return raised < hi.v[i] ? raised : hi.v[i];
    });
  }
  // Four vectors by byte, in the group order of Pack: out[v] has channels 16 * group + 4 * v + i.
  static void Interleave(const Bytes& a, const Bytes& b, const Bytes& c, const Bytes& d,
                         Quads (&out)[4]) {
    const Bytes* const sources[4] = {&a, &b, &c, &d};
    for (int v = 0; v < 4; ++v)
      for (int i = 0; i < 4 * kLanes; ++i)
        out[v].v[i] = sources[i % 4]->v[i / 16 * 16 + 4 * v + i % 16 / 4];
  }

  // 4 * kLanes floats in memory order as four vectors in the group order of Pack, and back: group g
  // of vector v is the group of four floats at 16 * g + 4 * v.
  static void LoadGrouped(const float* p, Floats (&out)[4]) {
    for (int i = 0; i < 4 * kLanes; ++i) out[i % 16 / 4].v[i / 16 * 4 + i % 4] = p[i];
  }
  static void StoreGrouped(float* p, const Floats (&x)[4]) {
    for (int i = 0; i < 4 * kLanes; ++i) p[i] = x[i % 16 / 4].v[i / 16 * 4 + i % 4];
  }

  // Rows of packed bytes where two (Halves) or four rows (Quarters) were packed together.
  template <int kTogether>
  static void StoreDealt(const Bytes& x, int rows, uint8_t* y, ptrdiff_t step) {
    constexpr int kPart = 16 / kTogether;
    for (int r = 0; r < rows; ++r)
      for (int g = 0; g < kGroups; ++g)
        __builtin_memcpy(y + r * step + g * kPart, x.v + g * 16 + r * kPart, kPart);
  }
  template <int kTogether>
  static Bytes LoadDealt(const uint8_t* const (&rows)[kTogether]) {
    constexpr int kPart = 16 / kTogether;
    Bytes out;
    for (int r = 0; r < kTogether; ++r)
      for (int g = 0; g < kGroups; ++g)
        __builtin_memcpy(out.v + g * 16 + r * kPart, rows[r] + g * kPart, kPart);
    return out;
  }
  static void StoreHalves(const Bytes& x, int rows, uint8_t* y, ptrdiff_t step) {
    StoreDealt<2>(x, rows, y, step);
  }
  static void StoreQuarters(const Bytes& x, int rows, uint8_t* y, ptrdiff_t step) {
    StoreDealt<4>(x, rows, y, step);
  }
  static Bytes LoadHalves(const uint8_t* a, const uint8_t* b) { return LoadDealt<2>({a, b}); }
  static Bytes LoadQuarters(const uint8_t* a, const uint8_t* b, const uint8_t* c,
                            const uint8_t* d) {
    return LoadDealt<4>({a, b, c, d});
  }
};
