// SPDX-License-Identifier: Apache-2.0
// Residual addition, global pooling and input quantisation of u8 activations.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

template <class P>
QB_INLINE typename P::Floats Centred(typename P::Ints q, int32_t zero, float scale) {
  return P::Mul(P::ToFloats(P::Sub(q, P::SetInts(zero))), P::SetFloats(scale));
}

template <class P>
void AddAllU8(const AddU8& add) {
  const StageVectors<P> stage = MakeStage<P>(add.stage);
  for (int64_t i = 0; i < add.count; i += 4 * P::kLanes) {
    typename P::Ints a[4], b[4], q[4];
    P::Widen(P::LoadBytes(add.a + i), a);
    P::Widen(P::LoadBytes(add.b + i), b);
    Repeat<4>([&](auto v) QB_LAMBDA {
      q[v] = P::Round(P::Add(Centred<P>(a[v], add.a_zero, add.a_scale),
                             Centred<P>(b[v], add.b_zero, add.b_scale)));
    });
    P::StoreBytes(add.y + i, Finish<P>(stage, q));
  }
}

// Four pixels are interleaved and summed as a dot product with ones.
template <class P>
void GlobalPoolAllU8(const GlobalPoolU8& pool) {
  const StageVectors<P> stage = MakeStage<P>(pool.stage);
  const typename P::Weights ones = P::Ones();
  const typename P::Bytes none = P::SetBytes(0);
  int64_t taken = 0;  // from every four pixels by Dot
  for (const int32_t one : P::kActivationOffset) taken += one;
  const auto offset =
      static_cast<int32_t>((pool.pixels + 3) / 4 * taken - pool.pixels * pool.input_zero);
  for (int channel = 0; channel < pool.channels; channel += 4 * P::kLanes) {
    typename P::Ints acc[4];
    Repeat<4>([&](auto v) QB_LAMBDA { acc[v] = P::SetInts(offset); });
    for (int64_t p = 0; p < pool.pixels; p += 4) {
      typename P::Bytes pixel[4];
      Repeat<4>([&](auto i) QB_LAMBDA {
        pixel[i] =
            p + i < pool.pixels ? P::LoadBytes(pool.x + (p + i) * pool.channels + channel) : none;
      });
      typename P::Quads quads[4];
      P::Interleave(pixel[0], pixel[1], pixel[2], pixel[3], quads);
      Repeat<4>([&](auto v) QB_LAMBDA { acc[v] = P::Dot(acc[v], quads[v], ones); });
    }
    typename P::Ints q[4];
    Repeat<4>([&](auto v) QB_LAMBDA {
      q[v] = P::Round(P::Mul(P::ToFloats(acc[v]), P::SetFloats(pool.multiplier)));
    });
    const int left = pool.channels - channel;
    if (left >= 4 * P::kLanes) {
      P::StoreBytes(pool.y + channel, Finish<P>(stage, q));
    } else {
      P::StorePart(pool.y + channel, Finish<P>(stage, q), left);
    }
  }
}

template <class P>
void QuantizeAllInput(const QuantizeInput& input) {
  const auto lo = static_cast<float>(input.stage.lo - input.stage.zero);
  const auto hi = static_cast<float>(input.stage.hi - input.stage.zero);
  const typename P::Ints zero = P::SetInts(input.stage.zero);
  for (int64_t i = 0; i < input.pixels; i += P::kLanes) {
    typename P::Ints pixels = P::SetInts(0);
    Repeat<4>([&](auto c) QB_LAMBDA {
      typename P::Ints q = zero;
      if (input.planes[c] != nullptr) {
        const typename P::Floats r =
            P::Div(P::LoadFloats(input.planes[c] + i), P::SetFloats(input.scale));
        // MaxF gives its second operand for NaN, as arithmetic.md asks.
        q = P::AddInts(P::Round(P::MinF(P::MaxF(r, P::SetFloats(lo)), P::SetFloats(hi))), zero);
      }
      pixels = P::Or(pixels, P::ShiftBytes(q, c));
    });
    P::StoreInts(input.y + 4 * i, pixels);
  }
}
