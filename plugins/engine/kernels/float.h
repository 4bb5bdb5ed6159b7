// SPDX-License-Identifier: Apache-2.0
// The float kernels: matrix product, depthwise convolution, addition and global pooling.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

// Four steps at once, where an instruction multiplies by one lane of a vector of activations.
template <class P, int kColumns, int kRows>
QB_INLINE void SumLanesF32(const float* const (&p)[(kRows + 2) / 3], ptrdiff_t step, const float* w,
                           typename P::Floats (&acc)[kRows][kColumns]) {
  typename P::Floats x[kRows];
  Repeat<kRows>([&](auto r) QB_LAMBDA { x[r] = P::LoadFloats(p[r / 3] + (r % 3) * step); });
  Repeat<4>([&](auto s) QB_LAMBDA {
    Repeat<kColumns>([&](auto v) QB_LAMBDA {
      const typename P::Floats weights = P::LoadFloats(w + (s * kColumns + v) * P::kLanes);
      Repeat<kRows>([&](auto r) QB_LAMBDA {
        acc[r][v] = P::template MulAddLane<s>(x[r], weights, acc[r][v]);
      });
    });
  });
}

template <class P, int kColumns, int kRows>
void GemmTileF32(const GemmF32& g, const float* x, float* y, const float* other) {
  typename P::Floats acc[kRows][kColumns];
  Repeat<kColumns>([&](auto v) QB_LAMBDA {
    const typename P::Floats bias = P::LoadFloats(g.bias + v * P::kLanes);
    Repeat<kRows>([&](auto r) QB_LAMBDA { acc[r][v] = bias; });
  });
  const ptrdiff_t step = g.x_step;
  const float* w = g.weights;
  for (int run = 0; run < g.runs; ++run) {
    const float* p[(kRows + 2) / 3];
    Repeat<(kRows + 2) / 3>([&](auto i)
                                QB_LAMBDA { p[i] = x + g.run_offsets[run] + 3 * i * step; });
    int s = 0;
    if constexpr (P::kFloatLanes) {
      for (; s + 4 <= g.steps; s += 4) {
        SumLanesF32<P, kColumns, kRows>(p, step, w, acc);
        w += 4 * kColumns * P::kLanes;
        Repeat<(kRows + 2) / 3>([&](auto i) QB_LAMBDA { p[i] += 4; });
      }
    }
    for (; s < g.steps; ++s) {
      // The shorter side of the tile stays in registers: with 16 of them, there is no room for
      // more.
      if constexpr (kRows < kColumns) {
        typename P::Floats values[kRows];
        Repeat<kRows>([&](auto r)
                          QB_LAMBDA { values[r] = P::BroadcastF(p[r / 3] + (r % 3) * step); });
        Repeat<kColumns>([&](auto v) QB_LAMBDA {
          const typename P::Floats weight = P::LoadFloats(w + v * P::kLanes);
          Repeat<kRows>([&](auto r)
                            QB_LAMBDA { acc[r][v] = P::MulAdd(values[r], weight, acc[r][v]); });
        });
      } else {
        typename P::Floats weights[kColumns];
        Repeat<kColumns>([&](auto v) QB_LAMBDA { weights[v] = P::LoadFloats(w + v * P::kLanes); });
        Repeat<kRows>([&](auto r) QB_LAMBDA {
          const typename P::Floats value = P::BroadcastF(p[r / 3] + (r % 3) * step);
          Repeat<kColumns>([&](auto v)
                               QB_LAMBDA { acc[r][v] = P::MulAdd(value, weights[v], acc[r][v]); });
        });
      }
      w += kColumns * P::kLanes;
      Repeat<(kRows + 2) / 3>([&](auto i) QB_LAMBDA { p[i] += 1; });
    }
  }
  Repeat<kRows>([&](auto r) QB_LAMBDA {
    Repeat<kColumns>([&](auto v) QB_LAMBDA {
      typename P::Floats value =
          CapF<P>(ClampF<P>(acc[r][v], g.lo, g.hi), g.caps, ptrdiff_t{v} * P::kLanes);
      if (other != nullptr) {
        value = P::Add(value, P::LoadFloats(other + r * g.residual_step + v * P::kLanes));
        value = ClampF<P>(value, g.residual_lo, g.residual_hi);
      }
      P::StoreFloats(y + r * g.y_step + v * P::kLanes, value);
    });
  });
}

using TileF32 = void (*)(const GemmF32&, const float*, float*, const float*);

template <class P, int kColumns>
void GemmBlockF32(const GemmF32& g) {
  constexpr int kMax = kColumns == 4   ? P::kFloatRows4
                       : kColumns == 2 ? P::kFloatRows2
                                       : P::kFloatRows1;
  static constexpr TileF32 kTiles[] = {
      GemmTileF32<P, kColumns, TileRows(1, kMax)>,  GemmTileF32<P, kColumns, TileRows(2, kMax)>,
      GemmTileF32<P, kColumns, TileRows(3, kMax)>,  GemmTileF32<P, kColumns, TileRows(4, kMax)>,
      GemmTileF32<P, kColumns, TileRows(5, kMax)>,  GemmTileF32<P, kColumns, TileRows(6, kMax)>,
      GemmTileF32<P, kColumns, TileRows(7, kMax)>,  GemmTileF32<P, kColumns, TileRows(8, kMax)>,
      GemmTileF32<P, kColumns, TileRows(9, kMax)>,  GemmTileF32<P, kColumns, TileRows(10, kMax)>,
      GemmTileF32<P, kColumns, TileRows(11, kMax)>, GemmTileF32<P, kColumns, TileRows(12, kMax)>};
  ForEachTile<kMax>(g.rows, [&](int first, int count) {
    const float* const other =
        g.residual == nullptr ? nullptr : g.residual + first * g.residual_step;
    kTiles[count - 1](g, g.x + first * g.x_step, g.y + first * g.y_step, other);
  });
}

template <class P>
void GemmAllF32(const GemmF32& g) {
  if (g.columns == 4) {
    GemmBlockF32<P, 4>(g);
  } else if (g.columns == 2) {
    GemmBlockF32<P, 2>(g);
  } else {
    GemmBlockF32<P, 1>(g);
  }
}

// One pixel, with the columns that lie outside the image left out.
template <class P>
QB_INLINE void DepthwisePixelF32(const DepthwiseF32& d, const float* w, int channel, int ox) {
  typename P::Floats acc = P::LoadFloats(d.bias + channel);
  for (int ky = 0; ky < d.kernel_height; ++ky) {
    for (int kx = 0; kx < d.kernel_width; ++kx) {
      const int x = ox * d.stride - d.left + kx * d.dilation;
      if (x < 0 || x >= d.in_width) continue;
      acc = P::MulAdd(P::LoadFloats(d.rows[ky] + static_cast<ptrdiff_t>(x) * d.x_step + channel),
                      P::LoadFloats(w + (ky * d.kernel_width + kx) * P::kLanes), acc);
    }
  }
  P::StoreFloats(d.y + static_cast<ptrdiff_t>(ox) * d.channels + channel,
                 CapF<P>(ClampF<P>(acc, d.lo, d.hi), d.caps, channel));
}

// kPixels neighbouring pixels of a 3x3 kernel, all of whose columns lie inside the image.
template <class P, int kStride, int kPixels>
QB_INLINE void Depthwise3PixelsF32(const DepthwiseF32& d, const typename P::Floats (&w)[9],
                                   typename P::Floats bias, int channel, int ox) {
  constexpr int kColumns = (kPixels - 1) * kStride + 3;
  typename P::Floats acc[kPixels];
  Repeat<kPixels>([&](auto i) QB_LAMBDA { acc[i] = bias; });
  Repeat<3>([&](auto ky) QB_LAMBDA {
    const float* const row =
        d.rows[ky] + static_cast<ptrdiff_t>(ox * kStride - d.left) * d.x_step + channel;
    Repeat<kColumns>([&](auto column) QB_LAMBDA {
      const typename P::Floats x = P::LoadFloats(row + static_cast<ptrdiff_t>(column) * d.x_step);
      Repeat<3>([&](auto kx) QB_LAMBDA {
        constexpr int kShifted = column - kx;
        constexpr int kPixel = kShifted / kStride;
        if constexpr (kShifted >= 0 && kShifted % kStride == 0 && kPixel < kPixels)
          acc[kPixel] = P::MulAdd(x, w[ky * 3 + kx], acc[kPixel]);
      });
    });
  });
  Repeat<kPixels>([&](auto i) QB_LAMBDA {
    P::StoreFloats(d.y + static_cast<ptrdiff_t>(ox + i) * d.channels + channel,
                   CapF<P>(ClampF<P>(acc[i], d.lo, d.hi), d.caps, channel));
  });
}

template <class P, int kStride>
void Depthwise3F32(const DepthwiseF32& d, const float* weights, int channel) {
  typename P::Floats w[9];
  Repeat<9>([&](auto i) QB_LAMBDA { w[i] = P::LoadFloats(weights + i * P::kLanes); });
  const typename P::Floats bias = P::LoadFloats(d.bias + channel);
  int ox = 0;
  for (; ox < d.out_width && ox * kStride < d.left; ++ox)
    DepthwisePixelF32<P>(d, weights, channel, ox);
  for (; ox + 4 <= d.out_width && (ox + 3) * kStride - d.left + 3 <= d.in_width; ox += 4)
    Depthwise3PixelsF32<P, kStride, 4>(d, w, bias, channel, ox);
  for (; ox < d.out_width && ox * kStride - d.left + 3 <= d.in_width; ++ox)
    Depthwise3PixelsF32<P, kStride, 1>(d, w, bias, channel, ox);
  for (; ox < d.out_width; ++ox) DepthwisePixelF32<P>(d, weights, channel, ox);
}

// kPixels neighbouring pixels of a wider kernel, all of whose columns lie inside the image: row by
// row, so that the weights of a row stay in registers and each activation is loaded once a row.
template <class P, int kWidth, int kStride, int kPixels>
QB_INLINE void DepthwisePixelsF32(const DepthwiseF32& d, const float* w, int channel, int ox) {
  constexpr int kColumns = (kPixels - 1) * kStride + kWidth;
  typename P::Floats acc[kPixels];
  const typename P::Floats bias = P::LoadFloats(d.bias + channel);
  Repeat<kPixels>([&](auto i) QB_LAMBDA { acc[i] = bias; });
  for (int ky = 0; ky < d.kernel_height; ++ky, w += kWidth * P::kLanes) {
    const float* const row =
        d.rows[ky] + static_cast<ptrdiff_t>(ox * kStride - d.left) * d.x_step + channel;
    typename P::Floats weights[kWidth];
    Repeat<kWidth>([&](auto kx) QB_LAMBDA { weights[kx] = P::LoadFloats(w + kx * P::kLanes); });
    Repeat<kColumns>([&](auto column) QB_LAMBDA {
      const typename P::Floats x = P::LoadFloats(row + static_cast<ptrdiff_t>(column) * d.x_step);
      Repeat<kWidth>([&](auto kx) QB_LAMBDA {
        constexpr int kShifted = column - kx;
        constexpr int kPixel = kShifted / kStride;
        if constexpr (kShifted >= 0 && kShifted % kStride == 0 && kPixel < kPixels)
          acc[kPixel] = P::MulAdd(x, weights[kx], acc[kPixel]);
      });
    });
  }
  Repeat<kPixels>([&](auto i) QB_LAMBDA {
    P::StoreFloats(d.y + static_cast<ptrdiff_t>(ox + i) * d.channels + channel,
                   CapF<P>(ClampF<P>(acc[i], d.lo, d.hi), d.caps, channel));
  });
}

// Calls body at every kCount-th number of first .. last - 1, the last time such that just kCount
// are left: some come twice then, which costs less than single ones.
template <int kCount, class Body>
QB_INLINE void ForEachOverlapping(int first, int last, const Body& body) {
  for (; first + kCount <= last; first += kCount) body(first);
  if (first < last) body(last - kCount);
}

template <class P, int kWidth, int kStride>
void DepthwiseRowF32(const DepthwiseF32& d, const float* w, int channel) {
  // Pixels from `ox` on that read no column right of the image.
  const int last = (d.in_width + d.left - kWidth) / kStride + 1;
  const int inside = d.in_width + d.left < kWidth ? 0 : last < d.out_width ? last : d.out_width;
  int ox = 0;
  for (; ox < d.out_width && ox * kStride < d.left; ++ox) DepthwisePixelF32<P>(d, w, channel, ox);
  const int first = ox;
  if (inside - first >= 8) {
    ForEachOverlapping<8>(first, inside, [&](int at) {
      DepthwisePixelsF32<P, kWidth, kStride, 8>(d, w, channel, at);
    });
    ox = inside;
  } else if (inside - first >= 4) {
    ForEachOverlapping<4>(first, inside, [&](int at) {
      DepthwisePixelsF32<P, kWidth, kStride, 4>(d, w, channel, at);
    });
    ox = inside;
  }
  for (; ox < d.out_width; ++ox) DepthwisePixelF32<P>(d, w, channel, ox);
}

// The kernels of most networks by themselves, all others pixel by pixel.
template <class P>
void DepthwiseAllF32(const DepthwiseF32& d) {
  const int taps = d.kernel_height * d.kernel_width;
  const bool known = d.dilation == 1 && d.stride <= 2 && d.kernel_height == d.kernel_width;
  const int kind = known ? 110 * d.kernel_width + d.stride : 0;
  for (int channel = 0; channel < d.channels; channel += P::kLanes) {
    const float* const w = d.weights + static_cast<ptrdiff_t>(channel) * taps;
    switch (kind) {
      case 331:
        Depthwise3F32<P, 1>(d, w, channel);
        break;
      case 332:
        Depthwise3F32<P, 2>(d, w, channel);
        break;
      case 551:
        DepthwiseRowF32<P, 5, 1>(d, w, channel);
        break;
      case 552:
        DepthwiseRowF32<P, 5, 2>(d, w, channel);
        break;
      default:
        for (int ox = 0; ox < d.out_width; ++ox) DepthwisePixelF32<P>(d, w, channel, ox);
    }
  }
}

template <class P>
void AddAllF32(const AddF32& add) {
  for (int64_t i = 0; i < add.count; i += P::kLanes)
    P::StoreFloats(add.y + i, ClampF<P>(P::Add(P::LoadFloats(add.a + i), P::LoadFloats(add.b + i)),
                                        add.lo, add.hi));
}

template <class P>
void GlobalPoolAllF32(const GlobalPoolF32& pool) {
  const typename P::Floats count = P::SetFloats(static_cast<float>(pool.pixels));
  for (int channel = 0; channel < pool.channels; channel += P::kLanes) {
    typename P::Floats acc = P::SetFloats(0.0f);
    for (int64_t p = 0; p < pool.pixels; ++p)
      acc = P::Add(acc, P::LoadFloats(pool.x + p * pool.channels + channel));
    P::StoreFloats(pool.y + channel, ClampF<P>(P::Div(acc, count), pool.lo, pool.hi));
  }
}
