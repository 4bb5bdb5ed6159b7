// SPDX-License-Identifier: Apache-2.0
// u8 x i8 matrix product with fused output stage, written once for every instruction set.
//
// Included inside the anonymous namespace of a file built with ISA flags. The policy P brings the
// vectors; see kernels/portable_policy.h for what each of its functions means.
//
// A packed vector of bytes holds, in each 128-bit quarter, four bytes of each of the four sums that
// made it. The weights' lanes are permuted (pack.h) so that with four columns this is plain channel
// order, with two columns two rows alternate by 8 bytes, and with one column four rows by 4.

#include "unroll.h"

// The output stage is part of the policy that a kernel is made from: a u8, or a float as dynamic
// quantisation gives it.
template <class P>
struct ToU8 : P {
  static constexpr bool kFloatOutput = false;
};
template <class P>
struct ToF32 : P {
  static constexpr bool kFloatOutput = true;
};

template <class P>
QB_INLINE typename P::Floats ClampF(typename P::Floats x, float lo, float hi) {
  return P::MinF(P::MaxF(x, P::SetFloats(lo)), P::SetFloats(hi));
}

// A sum as a float: a product, then an addition, never both at once.
template <class P>
QB_INLINE typename P::Floats FinishFloats(const StageF32& stage, typename P::Ints acc,
                                          const float* multiplier, const float* bias) {
  const typename P::Floats scaled = P::Mul(P::ToFloats(acc), P::LoadFloats(multiplier));
  return ClampF<P>(P::Add(scaled, P::LoadFloats(bias)), stage.lo, stage.hi);
}

// Limits of single channels where there are any.
template <class P>
QB_INLINE typename P::Floats CapF(typename P::Floats x, const float* caps, ptrdiff_t first) {
  return caps == nullptr ? x : P::MinF(x, P::LoadFloats(caps + first));
}

template <class P>
struct StageVectors {
  typename P::Zero zero;
  typename P::Bytes lo, hi;
  bool clamps;  // whether [lo, hi] is narrower than what a u8 can hold
};

template <class P>
QB_INLINE StageVectors<P> MakeStage(const StageU8& stage) {
  return {P::MakeZero(stage.zero), P::SetBytes(stage.lo), P::SetBytes(stage.hi),
          stage.lo > 0 || stage.hi < 255};
}

// With the upper limits of single channels, in the order of the bytes.
template <class P>
QB_INLINE void SetCaps(typename P::Bytes caps, StageVectors<P>& stage) {
  stage.hi = caps;
  stage.clamps = true;
}

template <class P>
QB_INLINE typename P::Bytes Finish(const StageVectors<P>& stage, const typename P::Ints (&q)[4]) {
  const typename P::Bytes bytes = P::Pack(q[0], q[1], q[2], q[3], stage.zero);
  return stage.clamps ? P::ClampBytes(bytes, stage.lo, stage.hi) : bytes;
}

// The residual operand of the four sums that will be packed together.
template <class P, int kColumns>
QB_INLINE typename P::Bytes LoadPacked(const uint8_t* x, ptrdiff_t step, int rows) {
  if constexpr (kColumns == 4) return P::LoadBytes(x);
  if constexpr (kColumns == 2) return P::LoadHalves(x, rows > 1 ? x + step : x);
  return P::LoadQuarters(x, rows > 1 ? x + step : x, rows > 2 ? x + 2 * step : x,
                         rows > 3 ? x + 3 * step : x);
}

template <class P, int kColumns>
QB_INLINE void StorePacked(typename P::Bytes bytes, uint8_t* y, ptrdiff_t step, int rows) {
  if constexpr (kColumns == 4) {
    P::StoreBytes(y, bytes);
  } else if constexpr (kColumns == 2) {
    P::StoreHalves(bytes, rows, y, step);
  } else {
    P::StoreQuarters(bytes, rows, y, step);
  }
}

// Adds the residual operand to kCount rows of sums that will be packed together.
template <class P, int kColumns, int kCount>
QB_INLINE void AddResidual(const ResidualU8& residual, const uint8_t* other,
                           typename P::Ints (&q)[4]) {
  typename P::Ints b[4];
  P::Widen(LoadPacked<P, kColumns>(other, residual.step, kCount), b);
  Repeat<4>([&](auto i) QB_LAMBDA {
    const typename P::Ints emitted =
        P::Min(P::Max(q[i], P::SetInts(residual.lo)), P::SetInts(residual.hi));
    const typename P::Floats a = P::Mul(P::ToFloats(emitted), P::SetFloats(residual.scale));
    const typename P::Ints centred = P::Sub(b[i], P::SetInts(residual.other_zero));
    q[i] = P::Round(P::Add(a, P::Mul(P::ToFloats(centred), P::SetFloats(residual.other_scale))));
  });
}

// Emits all rows of a tile; 4 / kColumns rows are packed at once.
template <class P, int kColumns, int kRows>
QB_INLINE void EmitByteTile(const GemmU8& g, const typename P::Ints (&acc)[kRows][kColumns],
                            uint8_t* y, const uint8_t* other) {
  constexpr int kTogether = 4 / kColumns;
  StageVectors<P> stage = MakeStage<P>(g.stage);
  if (g.caps != nullptr) SetCaps<P>(LoadPacked<P, kColumns>(g.caps, 0, kTogether), stage);
  Repeat<(kRows + kTogether - 1) / kTogether>([&](auto group) QB_LAMBDA {
    constexpr int kRow = group * kTogether;
    constexpr int kCount = kRows - kRow < kTogether ? kRows - kRow : kTogether;
    typename P::Ints q[4];
    Repeat<4>([&](auto i) QB_LAMBDA {
      constexpr int kFrom = i / kColumns < kCount ? kRow + i / kColumns : kRow;
      const typename P::Floats scale = P::LoadFloats(g.multiplier + (i % kColumns) * P::kLanes);
      q[i] = P::Round(P::Mul(P::ToFloats(acc[kFrom][i % kColumns]), scale));
    });
    if (other != nullptr)
      AddResidual<P, kColumns, kCount>(g.residual, other + kRow * g.residual.step, q);
    StorePacked<P, kColumns>(Finish<P>(stage, q), y + kRow * g.y_step, g.y_step, kCount);
  });
}

template <class P, int kColumns, int kRows>
QB_INLINE void EmitFloatTile(const GemmU8& g, const typename P::Ints (&acc)[kRows][kColumns],
                             uint8_t* y, const uint8_t* other) {
  Repeat<kRows>([&](auto r) QB_LAMBDA {
    Repeat<kColumns>([&](auto v) QB_LAMBDA {
      constexpr ptrdiff_t kFirst = v * P::kLanes;
      typename P::Floats value =
          FinishFloats<P>(g.floats, acc[r][v], g.multiplier + kFirst, g.floats.bias + kFirst);
      value = CapF<P>(value, g.floats.caps, kFirst);
      if (other != nullptr) {
        const auto* const row = reinterpret_cast<const float*>(other + r * g.residual.step);
        value = ClampF<P>(P::Add(value, P::LoadFloats(row + kFirst)), g.floats.residual_lo,
                          g.floats.residual_hi);
      }
      P::StoreFloats(reinterpret_cast<float*>(y + r * g.y_step) + kFirst, value);
    });
  });
}

template <class P, int kColumns, int kRows>
QB_INLINE void EmitTile(const GemmU8& g, const typename P::Ints (&acc)[kRows][kColumns], uint8_t* y,
                        const uint8_t* other) {
  if constexpr (P::kFloatOutput) {
    EmitFloatTile<P, kColumns, kRows>(g, acc, y, other);
  } else {
    EmitByteTile<P, kColumns, kRows>(g, acc, y, other);
  }
}

// Groups of kSteps steps, whose products are added in 16 bits before they are widened. Moves on in
// weights and offsets.
template <class P, int kSteps, int kColumns, int kRows>
QB_INLINE void SumShortGroups(int groups, const uint8_t* x, ptrdiff_t step, const uint8_t*& w,
                              const int32_t*& offsets, typename P::Ints (&acc)[kRows][kColumns]) {
  constexpr ptrdiff_t kStepBytes = kColumns * P::kWeightBytes;
  for (; groups > 0; --groups, offsets += kSteps, w += kSteps * kStepBytes) {
    const auto quad = [&](int r, int s)
                          QB_LAMBDA { return P::BroadcastQuad(x + offsets[s] + r * step); };
    const auto weights = [&](int v, int s) QB_LAMBDA {
      return P::LoadWeights(w + s * kStepBytes + v * P::kWeightBytes);
    };
    // Adds up one sum from what is loaded already.
    const auto add = [&](auto r, auto v, const auto& quads, const auto& of_column) QB_LAMBDA {
      typename P::Shorts sums = P::DotShort(quads[0], of_column[0]);
      Repeat<kSteps - 1>([&](auto s) QB_LAMBDA {
        sums = P::AddShorts(sums, P::DotShort(quads[s + 1], of_column[s + 1]));
      });
      acc[r][v] = P::AddWidened(acc[r][v], sums);
    };
    // As above: the shorter side of the tile stays in registers, as far as they go.
    if constexpr (kRows < kColumns && kSteps * kRows <= 4) {
      typename P::Quads quads[kRows][kSteps];
      Repeat<kRows>([&](auto r) QB_LAMBDA {
        Repeat<kSteps>([&](auto s) QB_LAMBDA { quads[r][s] = quad(r, s); });
      });
      Repeat<kColumns>([&](auto v) QB_LAMBDA {
        typename P::Weights of_column[kSteps];
        Repeat<kSteps>([&](auto s) QB_LAMBDA { of_column[s] = weights(v, s); });
        Repeat<kRows>([&](auto r) QB_LAMBDA { add(r, v, quads[r], of_column); });
      });
    } else if constexpr (kSteps * kColumns <= 4) {
      typename P::Weights of_column[kColumns][kSteps];
      Repeat<kColumns>([&](auto v) QB_LAMBDA {
        Repeat<kSteps>([&](auto s) QB_LAMBDA { of_column[v][s] = weights(v, s); });
      });
      Repeat<kRows>([&](auto r) QB_LAMBDA {
        typename P::Quads quads[kSteps];
        Repeat<kSteps>([&](auto s) QB_LAMBDA { quads[s] = quad(r, s); });
        Repeat<kColumns>([&](auto v) QB_LAMBDA { add(r, v, quads, of_column[v]); });
      });
    } else {
      Repeat<kRows>([&](auto r) QB_LAMBDA {
        typename P::Quads quads[kSteps];
        Repeat<kSteps>([&](auto s) QB_LAMBDA { quads[s] = quad(r, s); });
        Repeat<kColumns>([&](auto v) QB_LAMBDA {
          typename P::Weights of_column[kSteps];
          Repeat<kSteps>([&](auto s) QB_LAMBDA { of_column[s] = weights(v, s); });
          add(r, v, quads, of_column);
        });
      });
    }
  }
}

template <class P, int kColumns, int kRows>
QB_INLINE void SumShorts(const GemmU8& g, const uint8_t* x,
                         typename P::Ints (&acc)[kRows][kColumns]) {
  const uint8_t* w = static_cast<const uint8_t*>(g.weights);
  const int32_t* offsets = g.step_offsets;
  SumShortGroups<P, 4, kColumns, kRows>(g.fours, x, g.x_step, w, offsets, acc);
  SumShortGroups<P, 2, kColumns, kRows>(g.twos, x, g.x_step, w, offsets, acc);
  SumShortGroups<P, 1, kColumns, kRows>(g.ones, x, g.x_step, w, offsets, acc);
}

template <class P, int kColumns, int kRows>
void GemmTileU8(const GemmU8& g, const uint8_t* x, uint8_t* y, const uint8_t* other) {
  typename P::Ints acc[kRows][kColumns];
  Repeat<kColumns>([&](auto v) QB_LAMBDA {
    const typename P::Ints bias = P::LoadInts(g.bias + v * P::kLanes);
    Repeat<kRows>([&](auto r) QB_LAMBDA { acc[r][v] = bias; });
  });
  if constexpr (P::kSumsShort) {
    SumShorts<P, kColumns, kRows>(g, x, acc);
    EmitTile<P, kColumns, kRows>(g, acc, y, other);
    return;
  }
  if constexpr (P::kSumsGroups) {
    if (g.whole_groups) {
      P::template SumGroups<kColumns, kRows>(g, x, acc);
      EmitTile<P, kColumns, kRows>(g, acc, y, other);
      return;
    }
  }
  const ptrdiff_t step = g.x_step;
  const uint8_t* w = static_cast<const uint8_t*>(g.weights);
  for (int run = 0; run < g.runs; ++run) {
    // Three rows share a pointer: the addresses p, p + step and p + 2 * step need no arithmetic.
    const uint8_t* p[(kRows + 2) / 3];
    Repeat<(kRows + 2) / 3>([&](auto i)
                                QB_LAMBDA { p[i] = x + g.run_offsets[run] + 3 * i * step; });
    for (int s = 0; s < g.steps; ++s) {
      // The shorter side of the tile stays in registers: with 16 of them, there is no room for
      // more.
      if constexpr (kRows < kColumns) {
        typename P::Quads quads[kRows];
        Repeat<kRows>([&](auto r)
                          QB_LAMBDA { quads[r] = P::BroadcastQuad(p[r / 3] + (r % 3) * step); });
        Repeat<kColumns>([&](auto v) QB_LAMBDA {
          const typename P::Weights weights = P::LoadWeights(w + v * P::kWeightBytes);
          Repeat<kRows>([&](auto r)
                            QB_LAMBDA { acc[r][v] = P::Dot(acc[r][v], quads[r], weights); });
        });
      } else {
        typename P::Weights weights[kColumns];
        Repeat<kColumns>([&](auto v)
                             QB_LAMBDA { weights[v] = P::LoadWeights(w + v * P::kWeightBytes); });
        Repeat<kRows>([&](auto r) QB_LAMBDA {
          const typename P::Quads quads = P::BroadcastQuad(p[r / 3] + (r % 3) * step);
          Repeat<kColumns>([&](auto v)
                               QB_LAMBDA { acc[r][v] = P::Dot(acc[r][v], quads, weights[v]); });
        });
      }
      w += kColumns * P::kWeightBytes;
      Repeat<(kRows + 2) / 3>([&](auto i) QB_LAMBDA { p[i] += 4; });
    }
  }
  EmitTile<P, kColumns, kRows>(g, acc, y, other);
}

using TileU8 = void (*)(const GemmU8&, const uint8_t*, uint8_t*, const uint8_t*);

// Rows are cut into equal tiles: 49 rows by at most 6 are nine tiles of 5 or 6, not eight and a
// lone row whose few sums can't hide the latency of a dot product.
template <int kMaxRows, class Tile>
QB_INLINE void ForEachTile(int rows, const Tile& tile) {
  const int tiles = (rows + kMaxRows - 1) / kMaxRows;
  int first = 0;
  for (int t = 0; t < tiles; ++t) {
    const int last = static_cast<int>(static_cast<int64_t>(rows) * (t + 1) / tiles);
    tile(first, last - first);
    first = last;
  }
}

// The height of a tile of `rows` rows: those above the policy's largest are never called, and
// compile as one more name for the tile of one row.
constexpr int TileRows(int rows, int largest) { return rows <= largest ? rows : 1; }

template <class P, int kColumns>
void GemmBlockU8(const GemmU8& g) {
  constexpr int kMax = kColumns == 4 ? P::kRows4 : kColumns == 2 ? P::kRows2 : P::kRows1;
  static constexpr TileU8 kTiles[] = {
      GemmTileU8<P, kColumns, TileRows(1, kMax)>,  GemmTileU8<P, kColumns, TileRows(2, kMax)>,
      GemmTileU8<P, kColumns, TileRows(3, kMax)>,  GemmTileU8<P, kColumns, TileRows(4, kMax)>,
      GemmTileU8<P, kColumns, TileRows(5, kMax)>,  GemmTileU8<P, kColumns, TileRows(6, kMax)>,
      GemmTileU8<P, kColumns, TileRows(7, kMax)>,  GemmTileU8<P, kColumns, TileRows(8, kMax)>,
      GemmTileU8<P, kColumns, TileRows(9, kMax)>,  GemmTileU8<P, kColumns, TileRows(10, kMax)>,
      GemmTileU8<P, kColumns, TileRows(11, kMax)>, GemmTileU8<P, kColumns, TileRows(12, kMax)>};
  ForEachTile<kMax>(g.rows, [&](int first, int count) {
    const uint8_t* const other =
        g.residual.x == nullptr ? nullptr : g.residual.x + first * g.residual.step;
    kTiles[count - 1](g, g.x + first * g.x_step, g.y + first * g.y_step, other);
  });
}

template <class P>
void GemmAllU8(const GemmU8& g) {
  if (g.columns == 4) {
    GemmBlockU8<P, 4>(g);
  } else if (g.columns == 2) {
    GemmBlockU8<P, 2>(g);
  } else {
    GemmBlockU8<P, 1>(g);
  }
}
