// SPDX-License-Identifier: Apache-2.0
// The loops of every convolution, one output plane at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "quantbench/fma.hpp"
#include "quantbench/plugin.hpp"

namespace quantbench::plugin::reference {

// Sums that begin at a cache line: where the heap put them would decide how many lines each vector
// touches, and so the speed. An allocator that aligns is slower than room to spare.
template <class Acc>
class Sums {
 public:
  Sums(size_t count, Acc start) : memory_(new Acc[count + kLine - 1]) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.get()) / sizeof(Acc);
    sums_ = {memory_.get() + (kLine - address % kLine) % kLine, count};
    std::fill(sums_.begin(), sums_.end(), start);
  }
  std::span<Acc> get() const { return sums_; }

 private:
  static constexpr size_t kLine = 64 / sizeof(Acc);
  std::unique_ptr<Acc[]> memory_;
  std::span<Acc> sums_;
};

// The extents of one convolution.
struct Geometry {
  int64_t c_per_group, oc_per_group;
  int64_t h, w, oh, ow;
  int64_t kh, kw, sy, sx, dy, dx, top, left;

  // See GeometryOf.
  bool IsPointwise() const { return kh * kw == 1 && sx == 1 && h == 1 && oh == 1 && w == ow; }
};

inline Geometry GeometryOf(const Call& call) {
  const qb_node& node = *call.node;
  const Tensor& x = call.inputs[0];
  const Tensor& weight = call.inputs[1];
  Geometry g{.c_per_group = weight.dims[1],
             .oc_per_group = weight.dims[0] / node.groups,
             .h = x.dims[2],
             .w = x.dims[3],
             .oh = call.output.dims[2],
             .ow = call.output.dims[3],
             .kh = weight.dims[2],
             .kw = weight.dims[3],
             .sy = node.stride[0],
             .sx = node.stride[1],
             .dy = node.dilation[0],
             .dx = node.dilation[1],
             .top = node.padding[0],
             .left = node.padding[1]};
  const bool padded = node.padding[0] + node.padding[1] + node.padding[2] + node.padding[3] > 0;
  if (g.kh * g.kw == 1 && g.sy * g.sx == 1 && !padded) {
    // A 1x1 convolution doesn't know rows: one long row is the same and has a longer inner loop.
    g.w = g.ow = g.h * g.w;
    g.h = g.oh = 1;
  }
  return g;
}

// The output positions [first, last) whose input position o * stride + offset lies inside [0,
// extent).
struct Span {
  int64_t first, last;
};
inline Span InsideImage(int64_t outputs, int64_t stride, int64_t offset, int64_t extent) {
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t last = offset >= extent ? 0 : (extent - 1 - offset) / stride + 1;
  return {first, std::clamp(last, first, std::max(first, outputs))};
}

// A position [ky, kx] of the kernel, and the outputs that it adds to.
struct Tap {
  int64_t ky, kx;
  Span rows, columns;
};
inline Tap TapAt(const Geometry& g, int64_t ky, int64_t kx) {
  return {.ky = ky,
          .kx = kx,
          .rows = InsideImage(g.oh, g.sy, ky * g.dy - g.top, g.h),
          .columns = InsideImage(g.ow, g.sx, kx * g.dx - g.left, g.w)};
}

// The tap [ky, kx] of kChannels channels that follow each other, for a whole output plane:
// acc[oy, ox] = Sum::Of(x[c, oy * sy - top + ky * dy, ox * sx - left + kx * dx] - zero, weight[c,
// ky, kx], acc[oy, ox]) for one c after the other; padded positions add nothing. Wide is what a
// product's factors are widened to. Several channels at once, since loading and storing a sum takes
// longer than adding to it.
template <class Sum, int64_t kChannels, class Wide, class X, class W, class Acc>
[[gnu::always_inline]] inline void AccumulateTap(const Geometry& g, const Tap& tap, const X* x,
                                                 Wide zero, const W* weight, Acc* __restrict acc) {
  const auto [ky, kx, rows, columns] = tap;
  std::array<Wide, size_t{kChannels}> taps;
  for (int64_t c = 0; c < kChannels; ++c) {
    taps[static_cast<size_t>(c)] = static_cast<Wide>(weight[(c * g.kh + ky) * g.kw + kx]);
  }
  for (int64_t oy = rows.first; oy < rows.last; ++oy) {
    const X* const row = x + (oy * g.sy - g.top + ky * g.dy) * g.w + kx * g.dx - g.left;
    Acc* const __restrict out = acc + oy * g.ow;
    const auto add = [=](int64_t from, int64_t to) __attribute__((always_inline)) {
      Acc sum = out[to];
      for (int64_t c = 0; c < kChannels; ++c) {
        const auto value = static_cast<Wide>(static_cast<Wide>(row[c * g.h * g.w + from]) - zero);
        sum = Sum::Of(static_cast<Acc>(value), static_cast<Acc>(taps[static_cast<size_t>(c)]), sum);
      }
      out[to] = sum;
    };
    if (g.sx == 1) {  // apart, as compilers see vectors there
      for (int64_t ox = columns.first; ox < columns.last; ++ox) add(ox, ox);
    } else {
      for (int64_t ox = columns.first; ox < columns.last; ++ox) add(ox * g.sx, ox);
    }
  }
}

// The same where a plane is one row and the kernel one tap: 1x1 convolutions, most of a network.
template <class Sum, int64_t kChannels, class Wide, class X, class W, class Acc>
[[gnu::always_inline]] inline void AccumulatePointwise(int64_t pixels, const X* x, Wide zero,
                                                       const W* weight, Acc* __restrict acc) {
  for (int64_t i = 0; i < pixels; ++i) {
    Acc sum = acc[i];
    for (int64_t c = 0; c < kChannels; ++c) {
      const auto value = static_cast<Wide>(static_cast<Wide>(x[c * pixels + i]) - zero);
      sum = Sum::Of(static_cast<Acc>(value), static_cast<Acc>(static_cast<Wide>(weight[c])), sum);
    }
    acc[i] = sum;
  }
}

// All taps, in the order that arithmetic.md decides for floats: rows of the kernel, columns,
// channels.
template <class Sum, class Wide, class X, class W, class Acc>
[[gnu::always_inline]] inline void AccumulatePlane(const Geometry& g, const X* x, Wide zero,
                                                   const W* weight, Acc* acc) {
  constexpr int64_t kAtOnce = 8;
  if (g.IsPointwise()) {
    int64_t c = 0;
    for (; c + kAtOnce <= g.c_per_group; c += kAtOnce)
      AccumulatePointwise<Sum, kAtOnce>(g.w, x + c * g.w, zero, weight + c, acc);
    for (; c < g.c_per_group; ++c)
      AccumulatePointwise<Sum, 1>(g.w, x + c * g.w, zero, weight + c, acc);
    return;
  }
  for (int64_t ky = 0; ky < g.kh; ++ky) {
    for (int64_t kx = 0; kx < g.kw; ++kx) {
      const Tap tap = TapAt(g, ky, kx);
      int64_t c = 0;
      for (; c + kAtOnce <= g.c_per_group; c += kAtOnce) {
        AccumulateTap<Sum, kAtOnce>(g, tap, x + c * g.h * g.w, zero, weight + c * g.kh * g.kw, acc);
      }
      for (; c < g.c_per_group; ++c) {
        AccumulateTap<Sum, 1>(g, tap, x + c * g.h * g.w, zero, weight + c * g.kh * g.kw, acc);
      }
    }
  }
}

// Integers, which are exact in any order.
struct IntegerSum {
  template <class Acc>
  [[gnu::always_inline]] static Acc Of(Acc x, Acc w, Acc acc) {
    return acc + x * w;
  }
};

inline void AccumulateBytesOnAnyCpu(const Geometry& g, const uint8_t* x, int16_t zero,
                                    const int8_t* weight, int32_t* acc) {
  AccumulatePlane<IntegerSum>(g, x, zero, weight, acc);
}
// The same loops by the wider vectors of CPUs with FMA.
#ifdef QUANTBENCH_WITH_FMA
QUANTBENCH_WITH_FMA inline void AccumulateBytesWithFma(const Geometry& g, const uint8_t* x,
                                                       int16_t zero, const int8_t* weight,
                                                       int32_t* acc) {
  AccumulatePlane<IntegerSum>(g, x, zero, weight, acc);
}
#else
constexpr auto AccumulateBytesWithFma = AccumulateBytesOnAnyCpu;
#endif

// Calls accumulate(geometry, the group's channels, weights of o, acc) and then finish(plane, o,
// acc) for each output plane of each image; acc starts with the bias.
template <class X, class W, class Bias, class Acc = Bias, class Accumulate, class Finish>
void ForEachPlane(const Call& call, const Accumulate& accumulate, const Finish& finish) {
  const Geometry g = GeometryOf(call);
  const Tensor& x = call.inputs[0];
  const Tensor& weight = call.inputs[1];
  const Bias* const bias = call.inputs[2].As<const Bias>();
  const int64_t oc = call.output.dims[1];
  call.parallel.ForEach(call.output.dims[0] * oc, [&](int64_t plane, int /*worker*/) {
    const int64_t n = plane / oc;
    const int64_t o = plane % oc;
    const int64_t first_channel = n * x.dims[1] + o / g.oc_per_group * g.c_per_group;
    const Sums<Acc> sums(static_cast<size_t>(g.oh * g.ow), bias[o]);
    const std::span<Acc> acc = sums.get();
    accumulate(g, x.As<const X>() + first_channel * g.h * g.w,
               weight.As<const W>() + o * g.c_per_group * g.kh * g.kw, acc.data());
    finish(plane, o, std::span<const Acc>(acc));
  });
}

// The same over bytes whose zero point is `zero`.
template <class Finish>
void ForEachPlaneOfBytes(const Call& call, int16_t zero, const Finish& finish) {
  const auto plane = CpuHasFma() ? AccumulateBytesWithFma : AccumulateBytesOnAnyCpu;
  ForEachPlane<uint8_t, int8_t, int32_t>(
      call,
      [&](const Geometry& g, const uint8_t* x, const int8_t* weight, int32_t* acc) {
        plane(g, x, zero, weight, acc);
      },
      finish);
}

// The same over 16 bits a value.
template <class Finish>
void ForEachPlaneOf16Bits(const Call& call, int32_t zero, const Finish& finish) {
  ForEachPlane<uint16_t, int8_t, int32_t, int64_t>(
      call,
      [&](const Geometry& g, const uint16_t* x, const int8_t* weight, int64_t* acc) {
        AccumulatePlane<IntegerSum>(g, x, zero, weight, acc);
      },
      finish);
}

}  // namespace quantbench::plugin::reference
