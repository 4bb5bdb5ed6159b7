// SPDX-License-Identifier: Apache-2.0
// Pooling over windows: all channels of a pixel at a time.
#include <algorithm>
#include <type_traits>

#include "conv_step.h"
#include "plain_steps.h"
#include "quantbench/arithmetic.hpp"
#include "simple_steps.h"

namespace quantbench::engine {
namespace {

// T: uint8_t or float.
template <class T>
class PoolStep : public Step {
 public:
  PoolStep(const Kernels& kernels, const qb_node& node, const Value& x, const Value& y)
      : kernels_(kernels), node_(node), x_(x), y_(y) {
    if constexpr (kFloat) {
      FloatRange(node.activation, &lo_, &hi_);
    } else {
      stage_ = StageOf(node.activation, y);
    }
  }

  void Run(const Work& work) const override {
    const int64_t rows = y_.height;
    work.team.ForEach(work.images() * rows, [&](int64_t i, int worker) {
      const int64_t image = work.first_image + i / rows, oy = i % rows;
      const T* const x = work.state.At<const T>(x_, image);
      T* const y = work.state.At<T>(y_, image) + oy * y_.width * y_.stride;
      auto* const pixels = reinterpret_cast<const T**>(work.state.ScratchOf(worker));
      for (int64_t ox = 0; ox < y_.width; ++ox)
        Window(pixels, PixelsOf(x, oy, ox, pixels), y + ox * y_.stride);
    });
  }

  int64_t scratch_bytes() const override { return window() * static_cast<int64_t>(sizeof(T*)); }

 private:
  static constexpr bool kFloat = std::is_same_v<T, float>;

  int64_t window() const { return int64_t{node_.kernel[0]} * node_.kernel[1]; }

  // The pixels of a window that lie inside the image, row by row; returns how many there are.
  int64_t PixelsOf(const T* x, int64_t oy, int64_t ox, const T** pixels) const {
    int64_t inside = 0;
    for (int64_t ky = 0; ky < node_.kernel[0]; ++ky) {
      const int64_t iy = oy * node_.stride[0] - node_.padding[0] + ky * node_.dilation[0];
      if (iy < 0 || iy >= x_.height) continue;
      for (int64_t kx = 0; kx < node_.kernel[1]; ++kx) {
        const int64_t ix = ox * node_.stride[1] - node_.padding[1] + kx * node_.dilation[1];
        if (ix < 0 || ix >= x_.width) continue;
        pixels[inside++] = x + (iy * x_.width + ix) * x_.stride;
      }
    }
    return inside;
  }

  void Window(const T* const* pixels, int64_t inside, T* y) const {
    const bool largest = node_.op == QB_MAX_POOL;
    const int64_t count = node_.count_include_pad != 0 ? window() : std::max<int64_t>(inside, 1);
    const auto channels = static_cast<int32_t>((y_.channels + 15) / 16 * 16);
    if constexpr (kFloat) {
      const WindowF32 w{.pixels = pixels,
                        .count = static_cast<int32_t>(inside),
                        .y = y,
                        .channels = channels,
                        .divisor = static_cast<float>(count),
                        .lo = lo_,
                        .hi = hi_};
      largest ? kernels_.max_f32(w) : kernels_.mean_f32(w);
    } else {
      WindowU8 w{.pixels = pixels,
                 .count = static_cast<int32_t>(inside),
                 .y = y,
                 .channels = channels,
                 .zeros = static_cast<int32_t>(inside * x_.zero_point()),
                 .multiplier = 0,
                 .stage = stage_};
      if (largest) return kernels_.max_u8(w);
      w.multiplier = plugin::PoolMultiplier(x_.scale(), y_.scale(), count);
      kernels_.mean_u8(w);
    }
  }

  const Kernels& kernels_;
  const qb_node& node_;
  const Value& x_;
  const Value& y_;
  StageU8 stage_{};
  float lo_ = 0, hi_ = 0;
};

}  // namespace

std::unique_ptr<Step> MakePoolStep(const Kernels& kernels, const qb_node& node, const Value& x,
                                   const Value& y) {
  if (node.op == QB_AVG_POOL && !FitsPool(x, y)) return nullptr;
  if (x.is_float()) return std::make_unique<PoolStep<float>>(kernels, node, x, y);
  return std::make_unique<PoolStep<uint8_t>>(kernels, node, x, y);
}

}  // namespace quantbench::engine
