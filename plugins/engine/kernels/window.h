// SPDX-License-Identifier: Apache-2.0
// Pooling: the largest element and the mean of each channel over a window of pixels.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

template <class P>
QB_INLINE void StoreChannels(uint8_t* y, typename P::Bytes bytes, int left) {
  if (left >= 4 * P::kLanes) {
    P::StoreBytes(y, bytes);
  } else {
    P::StorePart(y, bytes, left);
  }
}

template <class P>
void MaxAllU8(const WindowU8& w) {
  const typename P::Bytes lo = P::SetBytes(w.stage.lo), hi = P::SetBytes(w.stage.hi);
  const typename P::Bytes most = P::SetBytes(255);
  for (int channel = 0; channel < w.channels; channel += 4 * P::kLanes) {
    typename P::Bytes largest = P::SetBytes(0);
    for (int i = 0; i < w.count; ++i)
      largest = P::ClampBytes(P::LoadBytes(w.pixels[i] + channel), largest, most);
    StoreChannels<P>(w.y + channel, P::ClampBytes(largest, lo, hi), w.channels - channel);
  }
}

template <class P>
void MeanAllU8(const WindowU8& w) {
  const StageVectors<P> stage = MakeStage<P>(w.stage);
  const typename P::Ints zeros = P::SetInts(w.zeros);
  const typename P::Floats multiplier = P::SetFloats(w.multiplier);
  for (int channel = 0; channel < w.channels; channel += 4 * P::kLanes) {
    typename P::Ints sum[4], q[4];
    Repeat<4>([&](auto v) QB_LAMBDA { sum[v] = P::SetInts(0); });
    for (int i = 0; i < w.count; ++i) {
      typename P::Ints x[4];
      P::Widen(P::LoadBytes(w.pixels[i] + channel), x);
      Repeat<4>([&](auto v) QB_LAMBDA { sum[v] = P::AddInts(sum[v], x[v]); });
    }
    Repeat<4>([&](auto v) QB_LAMBDA {
      q[v] = P::Round(P::Mul(P::ToFloats(P::Sub(sum[v], zeros)), multiplier));
    });
    StoreChannels<P>(w.y + channel, Finish<P>(stage, q), w.channels - channel);
  }
}

// A NaN never wins.
template <class P>
void MaxAllF32(const WindowF32& w) {
  for (int channel = 0; channel < w.channels; channel += P::kLanes) {
    typename P::Floats largest = P::SetFloats(-__FLT_MAX__);
    for (int i = 0; i < w.count; ++i)
      largest = P::MaxF(P::LoadFloats(w.pixels[i] + channel), largest);
    P::StoreFloats(w.y + channel, ClampF<P>(largest, w.lo, w.hi));
  }
}

template <class P>
void MeanAllF32(const WindowF32& w) {
  const typename P::Floats divisor = P::SetFloats(w.divisor);
  for (int channel = 0; channel < w.channels; channel += P::kLanes) {
    typename P::Floats sum = P::SetFloats(0.0f);
    for (int i = 0; i < w.count; ++i) sum = P::Add(sum, P::LoadFloats(w.pixels[i] + channel));
    P::StoreFloats(w.y + channel, ClampF<P>(P::Div(sum, divisor), w.lo, w.hi));
  }
}
