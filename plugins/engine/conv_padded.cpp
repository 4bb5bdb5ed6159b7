// SPDX-License-Identifier: Apache-2.0
// Runs a convolution on rows that are copied with their padding: where groups have few channels, a
// product is so small that treating pixels at the edges apart would cost more.
#include "conv_step.h"

namespace quantbench::engine {
namespace {

constexpr int64_t kPaddedBytes = 128 * 1024;  // of rows: they stay in the second-level cache

}  // namespace

template <class X, class Y>
bool ConvStep<X, Y>::PadsImages(const ConvSource& source) const {
  return IsConv(source.node) && source.node.groups > 1 && geometry_.taps() > 1;
}

// Output rows that are computed from one copy.
template <class X, class Y>
int64_t ConvStep<X, Y>::PaddedRows() const {
  const Geometry& g = geometry_;
  const int64_t row_bytes = g.in_w * x_.stride * static_cast<int64_t>(sizeof(X)) * g.sy;
  return std::clamp<int64_t>(kPaddedBytes / row_bytes, 1, g.out_h);
}

// Of such a copy.
template <class X, class Y>
Geometry ConvStep<X, Y>::PaddedGeometry() const {
  Geometry g = geometry_;
  g.out_h = PaddedRows();
  g.in_h = (g.out_h - 1) * g.sy + (g.kh - 1) * g.dy + 1;
  g.in_w = (g.out_w - 1) * g.sx + (g.kw - 1) * g.dx + 1;
  g.top = g.left = 0;
  return g;
}

// Input rows first .. first + count - 1, of which some may lie outside the image.
template <class X, class Y>
void ConvStep<X, Y>::PadRows(const X* x, int64_t first, int64_t count, X* out,
                             const RunConstants& run) const {
  const Geometry& g = geometry_;
  const int64_t width = PaddedGeometry().in_w, stride = x_.stride;
  const X padding = PaddingOf<X, kDynamic>(x_, run);
  const int64_t inside = std::clamp<int64_t>(width - g.left, 0, g.in_w);
  for (int64_t y = first; y < first + count; ++y, out += width * stride) {
    if (y < 0 || y >= g.in_h) {
      std::fill_n(out, width * stride, padding);
      continue;
    }
    std::fill_n(out, std::min(g.left, width) * stride, padding);
    std::copy_n(x + y * g.in_w * stride, inside * stride, out + g.left * stride);
    const int64_t right = g.left + inside;
    if (right < width) std::fill_n(out + right * stride, (width - right) * stride, padding);
  }
}

template <class X, class Y>
void ConvStep<X, Y>::RunPadded(const Work& work, const RunConstants& run) const {
  const RunState& s = work.state;
  const Geometry padded = PaddedGeometry();
  const Geometry& g = geometry_;
  // Threads share an image by cutting it finer than the copy's room asks for.
  const int64_t cuts = work.images() >= work.team.threads() ? 1 : work.team.threads();
  const int64_t parts = std::min(g.out_h, std::max((g.out_h - 1) / padded.out_h + 1, cuts));
  work.team.ForEach(work.images() * parts, [&](int64_t i, int worker) {
    const int64_t image = work.first_image + i / parts, part = i % parts;
    const int64_t first = g.out_h * part / parts, last = g.out_h * (part + 1) / parts;
    X* const rows = reinterpret_cast<X*>(s.ScratchOf(worker));
    PadRows(s.At<const X>(x_, image), first * g.sy - g.top,
            (last - first - 1) * g.sy + (g.kh - 1) * g.dy + 1, rows, run);
    for (const ConvBlock& block : blocks_) {
      for (int64_t oy = first; oy < last; ++oy) {
        const int64_t pixel = oy * g.out_w;
        Multiply(block, {.x = rows + (oy - first) * g.sy * padded.in_w * x_.stride,
                         .x_step = g.sx * x_.stride,
                         .y = s.At<Y>(y_, image) + pixel * y_.stride,
                         .y_step = y_.stride,
                         .residual = residual_ == nullptr ? nullptr
                                                          : s.At<const Y>(*residual_, image) +
                                                                pixel * residual_->stride,
                         .residual_step = residual_ == nullptr ? 0 : residual_->stride,
                         .count = g.out_w,
                         .gathered = false,
                         .run = run});
      }
    }
  });
}

// The rest of the class is made in conv_step.cpp.
#define QB_PADDED(...)                                                      \
  template bool ConvStep<__VA_ARGS__>::PadsImages(const ConvSource&) const; \
  template Geometry ConvStep<__VA_ARGS__>::PaddedGeometry() const;          \
  template void ConvStep<__VA_ARGS__>::RunPadded(const Work&, const RunConstants&) const;
QB_PADDED(uint8_t)
QB_PADDED(float)
QB_PADDED(uint8_t, float)

}  // namespace quantbench::engine
