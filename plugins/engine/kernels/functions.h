// SPDX-License-Identifier: Apache-2.0
// Functions of one element, in float and by table, and products of u8 activations.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

// e^x as 2^n * e^r, |r| <= ln(2) / 2, by a polynomial of degree 5 that is off by less than 2e-7 of
// the result (coefficients: Cephes, expf). x is cut to where e^x and its reciprocal are normal.
template <class P>
QB_INLINE typename P::Floats Exp(typename P::Floats x) {
  x = ClampF<P>(x, -87.0f, 87.0f);
  const typename P::Ints n = P::Round(P::Mul(x, P::SetFloats(1.44269504088896341f)));
  const typename P::Floats whole = P::ToFloats(n);
  typename P::Floats r = P::MulAdd(whole, P::SetFloats(-0.693359375f), x);
  r = P::MulAdd(whole, P::SetFloats(2.12194440e-4f), r);
  typename P::Floats sum = P::SetFloats(1.9875691500e-4f);
  sum = P::MulAdd(sum, r, P::SetFloats(1.3981999507e-3f));
  sum = P::MulAdd(sum, r, P::SetFloats(8.3334519073e-3f));
  sum = P::MulAdd(sum, r, P::SetFloats(4.1665795894e-2f));
  sum = P::MulAdd(sum, r, P::SetFloats(1.6666665459e-1f));
  sum = P::MulAdd(sum, r, P::SetFloats(5.0000001201e-1f));
  sum = P::MulAdd(sum, P::Mul(r, r), P::Add(r, P::SetFloats(1.0f)));
  return P::Mul(sum, P::PowerOf2(n));
}

// 1 + e^-x
template <class P>
QB_INLINE typename P::Floats OnePlusExpOfMinus(typename P::Floats x) {
  return P::Add(Exp<P>(P::Mul(x, P::SetFloats(-1.0f))), P::SetFloats(1.0f));
}

template <class P, Function kFunction>
QB_INLINE typename P::Floats Apply(typename P::Floats x, typename P::Floats p,
                                   typename P::Floats q) {
  if constexpr (kFunction == Function::kClip) {
    return P::MinF(P::MaxF(x, p), q);
  } else if constexpr (kFunction == Function::kHardSigmoid) {
    return ClampF<P>(P::Add(P::Mul(p, x), q), 0.0f, 1.0f);
  } else if constexpr (kFunction == Function::kHardSwish) {
    const typename P::Floats gate = ClampF<P>(P::Add(x, P::SetFloats(3.0f)), 0.0f, 6.0f);
    return P::Div(P::Mul(x, gate), P::SetFloats(6.0f));
  } else if constexpr (kFunction == Function::kSigmoid) {
    return P::NanWhere(x, P::Div(P::SetFloats(1.0f), OnePlusExpOfMinus<P>(x)));
  } else {
    return P::Div(x, OnePlusExpOfMinus<P>(x));
  }
}

template <class P, Function kFunction>
void ApplyAllF32(const FunctionF32& f) {
  const typename P::Floats p = P::SetFloats(f.parameters[0]), q = P::SetFloats(f.parameters[1]);
  for (int64_t i = 0; i < f.count; i += P::kLanes)
    P::StoreFloats(f.y + i, Apply<P, kFunction>(P::LoadFloats(f.x + i), p, q));
}

template <class P>
void FunctionAllF32(const FunctionF32& f) {
  switch (f.function) {
    case Function::kClip:
      return ApplyAllF32<P, Function::kClip>(f);
    case Function::kHardSigmoid:
      return ApplyAllF32<P, Function::kHardSigmoid>(f);
    case Function::kHardSwish:
      return ApplyAllF32<P, Function::kHardSwish>(f);
    case Function::kSigmoid:
      return ApplyAllF32<P, Function::kSigmoid>(f);
    case Function::kSilu:
      return ApplyAllF32<P, Function::kSilu>(f);
  }
}

template <class P>
void TableAllU8(const TableU8& t) {
  const typename P::Table table = P::LoadTable(t.table);
  for (int64_t row = 0; row < t.rows; ++row) {
    const uint8_t* const x = t.x + row * t.x_step;
    uint8_t* const y = t.y + row * t.y_step;
    int64_t i = 0;
    for (; i + 4 * P::kLanes <= t.count; i += 4 * P::kLanes)
      P::StoreBytes(y + i, P::LookUp(table, P::LoadBytes(x + i)));
    const auto part = static_cast<int>((t.count - i) / 16 * 16);
    if (part > 0) P::StorePart(y + i, P::LookUp(table, P::LoadBytes(x + i)), part);
    for (i += part; i < t.count; ++i) y[i] = t.table[x[i]];
  }
}

template <class P>
void MulAllU8(const MulU8& m) {
  const StageVectors<P> stage = MakeStage<P>(m.stage);
  const typename P::Floats multiplier = P::SetFloats(m.multiplier);
  const typename P::Ints a_zero = P::SetInts(m.a_zero), b_zero = P::SetInts(m.b_zero);
  for (int64_t pixel = 0; pixel < m.pixels; ++pixel) {
    const uint8_t* const a = m.a + pixel * m.channels;
    const uint8_t* const b = m.b + pixel * m.b_step;
    uint8_t* const y = m.y + pixel * m.channels;
    for (int channel = 0; channel < m.channels; channel += 4 * P::kLanes) {
      typename P::Ints x[4], factor[4], q[4];
      P::Widen(P::LoadBytes(a + channel), x);
      P::Widen(P::LoadBytes(b + channel), factor);
      // The product of two differences of bytes is exact in a float.
      Repeat<4>([&](auto v) QB_LAMBDA {
        const typename P::Floats product =
            P::Mul(P::ToFloats(P::Sub(x[v], a_zero)), P::ToFloats(P::Sub(factor[v], b_zero)));
        q[v] = P::Round(P::Mul(product, multiplier));
      });
      const int left = m.channels - channel;
      if (left >= 4 * P::kLanes) {
        P::StoreBytes(y + channel, Finish<P>(stage, q));
      } else {
        P::StorePart(y + channel, Finish<P>(stage, q), left);
      }
    }
  }
}
