// SPDX-License-Identifier: Apache-2.0
// What dynamic quantisation does to an input: find its range, make u8 of it.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

template <class P>
struct RangeVectors {
  typename P::Floats lo, hi;
  typename P::Floats poison;  // a NaN once there was a NaN or infinity, else 0
};

template <class P>
QB_INLINE void Observe(RangeVectors<P>& range, const float* x) {
  const typename P::Floats value = P::LoadFloats(x);
  range.lo = P::MinF(value, range.lo);
  range.hi = P::MaxF(value, range.hi);
  range.poison = P::Add(range.poison, P::Mul(value, P::SetFloats(0.0f)));
}

QB_INLINE void ObserveOne(RangeF32& r, float value, float& poison) {
  r.lo = value < r.lo ? value : r.lo;
  r.hi = value > r.hi ? value : r.hi;
  poison += value * 0.0f;
}

// Minimum and maximum don't care about order: the bits are those of a plain loop.
template <class P>
void RangeAllF32(RangeF32& r) {
  constexpr int kTogether = 4;  // chains, so that none waits for its own last result
  RangeVectors<P> range[kTogether];
  Repeat<kTogether>(
      [&](auto i) QB_LAMBDA { range[i].lo = range[i].hi = range[i].poison = P::SetFloats(0.0f); });
  float poison = 0.0f;
  r.lo = r.hi = 0.0f;
  for (int64_t row = 0; row < r.rows; ++row) {
    const float* const x = r.x + row * r.row_step;
    int64_t i = 0;
    for (; i + kTogether * P::kLanes <= r.count; i += kTogether * P::kLanes)
      Repeat<kTogether>([&](auto v) QB_LAMBDA { Observe<P>(range[v], x + i + v * P::kLanes); });
    for (; i + P::kLanes <= r.count; i += P::kLanes) Observe<P>(range[0], x + i);
    if (i < r.count && r.count >= P::kLanes) {
      Observe<P>(range[0], x + r.count - P::kLanes);  // some values twice, which changes nothing
    } else {
      for (; i < r.count; ++i) ObserveOne(r, x[i], poison);
    }
  }
  for (int v = 0; v < kTogether; ++v) {
    float lo[P::kLanes], hi[P::kLanes], poisons[P::kLanes];
    P::StoreFloats(lo, range[v].lo);
    P::StoreFloats(hi, range[v].hi);
    P::StoreFloats(poisons, range[v].poison);
    for (int i = 0; i < P::kLanes; ++i) {
      ObserveOne(r, lo[i], poison);
      ObserveOne(r, hi[i], poison);
      poison += poisons[i];
    }
  }
  if (poison != poison) r.lo = r.hi = poison;
}

template <class P>
void QuantizeAllF32(const QuantizeF32& q) {
  const auto lo = static_cast<float>(-q.zero_point);
  const auto hi = static_cast<float>(255 - q.zero_point);
  const typename P::Zero zero = P::MakeZero(q.zero_point);
  const typename P::Floats scale = P::SetFloats(q.scale);
  for (int64_t i = 0; i < q.count; i += 4 * P::kLanes) {
    typename P::Floats x[4];
    P::LoadGrouped(q.x + i, x);
    typename P::Ints steps[4];
    Repeat<4>([&](auto v)
                  QB_LAMBDA { steps[v] = P::Round(ClampF<P>(P::Div(x[v], scale), lo, hi)); });
    P::StoreBytes(q.y + i, P::Pack(steps[0], steps[1], steps[2], steps[3], zero));
  }
}
