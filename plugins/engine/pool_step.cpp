// SPDX-License-Identifier: Apache-2.0
// Pooling over windows: all channels of a pixel at a time.
#include <algorithm>
#include <limits>
#include <type_traits>

#include "conv_step.h"
#include "plain_steps.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

// T: uint8_t or float; sums of bytes are integers.
template <class T>
class PoolStep : public Step {
 public:
  using Sum = std::conditional_t<std::is_same_v<T, float>, float, int32_t>;

  PoolStep(const qb_node& node, const Value& x, const Value& y) : node_(node), x_(x), y_(y) {
    if constexpr (std::is_same_v<T, float>) {
      FloatRange(node.activation, &lo_, &hi_);
    } else {
      range_ = plugin::RangeOf(node.activation, y.scale(), y.zero_point());
    }
  }

  void Run(const Work& work) const override {
    const int64_t rows = y_.height;
    work.team.ForEach(work.images() * rows, [&](int64_t i, int worker) {
      const int64_t image = work.first_image + i / rows, oy = i % rows;
      const T* const x = work.state.At<const T>(x_, image);
      T* const y = work.state.At<T>(y_, image) + oy * y_.width * y_.stride;
      auto* const sums = reinterpret_cast<Sum*>(work.state.ScratchOf(worker));
      for (int64_t ox = 0; ox < y_.width; ++ox) {
        if (node_.op == QB_MAX_POOL) {
          Maximum(x, oy, ox, y + ox * y_.stride);
        } else {
          Average(x, oy, ox, sums, y + ox * y_.stride);
        }
      }
    });
  }

  int64_t scratch_bytes() const override { return x_.stride * static_cast<int64_t>(sizeof(Sum)); }

 private:
  // Calls body(pixel) for each pixel of the window inside the image; returns how many there are.
  template <class Body>
  int64_t ForEachPixel(const T* x, int64_t oy, int64_t ox, const Body& body) const {
    int64_t inside = 0;
    for (int64_t ky = 0; ky < node_.kernel[0]; ++ky) {
      const int64_t iy = oy * node_.stride[0] - node_.padding[0] + ky * node_.dilation[0];
      if (iy < 0 || iy >= x_.height) continue;
      for (int64_t kx = 0; kx < node_.kernel[1]; ++kx) {
        const int64_t ix = ox * node_.stride[1] - node_.padding[1] + kx * node_.dilation[1];
        if (ix < 0 || ix >= x_.width) continue;
        body(x + (iy * x_.width + ix) * x_.stride);
        ++inside;
      }
    }
    return inside;
  }

  void Maximum(const T* x, int64_t oy, int64_t ox, T* y) const {
    const int64_t channels = y_.channels;
    std::fill(y, y + channels, std::numeric_limits<T>::lowest());
    ForEachPixel(x, oy, ox, [&](const T* pixel) {
      for (int64_t c = 0; c < channels; ++c) y[c] = pixel[c] > y[c] ? pixel[c] : y[c];
    });
    if (node_.activation == QB_NONE) return;
    for (int64_t c = 0; c < channels; ++c) {
      if constexpr (std::is_same_v<T, float>) {
        y[c] = std::min(std::max(y[c], lo_), hi_);
      } else {
        y[c] = static_cast<T>(std::clamp<int32_t>(y[c], range_.lo, range_.hi));
      }
    }
  }

  void Average(const T* x, int64_t oy, int64_t ox, Sum* sums, T* y) const {
    const int64_t channels = y_.channels;
    std::fill(sums, sums + channels, Sum{0});
    const int64_t inside = ForEachPixel(x, oy, ox, [&](const T* pixel) {
      for (int64_t c = 0; c < channels; ++c) sums[c] += static_cast<Sum>(pixel[c]);
    });
    const int64_t count = node_.count_include_pad != 0 ? int64_t{node_.kernel[0]} * node_.kernel[1]
                                                       : std::max<int64_t>(inside, 1);
    if constexpr (std::is_same_v<T, float>) {
      for (int64_t c = 0; c < channels; ++c)
        y[c] = std::min(std::max(sums[c] / static_cast<float>(count), lo_), hi_);
    } else {
      const float m = plugin::PoolMultiplier(x_.scale(), y_.scale(), count);
      const auto zeros = static_cast<int32_t>(inside * x_.zero_point());
      for (int64_t c = 0; c < channels; ++c)
        y[c] = plugin::Emit(static_cast<float>(sums[c] - zeros) * m, range_);
    }
  }

  const qb_node& node_;
  const Value& x_;
  const Value& y_;
  plugin::OutputRange range_{};
  float lo_ = 0, hi_ = 0;
};

}  // namespace

std::unique_ptr<Step> MakePoolStep(const qb_node& node, const Value& x, const Value& y) {
  if (x.is_float()) return std::make_unique<PoolStep<float>>(node, x, y);
  return std::make_unique<PoolStep<uint8_t>>(node, x, y);
}

}  // namespace quantbench::engine
