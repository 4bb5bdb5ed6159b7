// SPDX-License-Identifier: Apache-2.0
// Pixel by pixel; bytes are brought to the output's qparams by a table first.
#include "cap_step.h"

#include <algorithm>

#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

template <class T>
class CapStep : public Step {
 public:
  CapStep(const T* caps, const Value& x, const Value& y) : caps_(caps), x_(x), y_(y) {
    if constexpr (sizeof(T) == 1) {
      const plugin::OutputRange range = plugin::RangeOf(QB_NONE, *y.info);
      const float m = plugin::RescaleMultiplier(x.scale(), y.scale());
      for (int32_t q = 0; q < 256; ++q)
        table_[q] = plugin::Emit(static_cast<float>(q - x.zero_point()) * m, range);
    }
  }

  void Run(const Work& work) const override {
    work.team.ForEach(work.images() * y_.height, [&](int64_t i, int /*worker*/) {
      const int64_t image = work.first_image + i / y_.height;
      const int64_t first = i % y_.height * y_.width;
      const T* x = work.state.At<const T>(x_, image) + first * x_.stride;
      T* y = work.state.At<T>(y_, image) + first * y_.stride;
      for (int64_t p = 0; p < y_.width; ++p, x += x_.stride, y += y_.stride)
        for (int64_t c = 0; c < y_.channels; ++c) y[c] = std::min(Rescaled(x[c]), caps_[c]);
    });
  }

 private:
  T Rescaled(T x) const {
    if constexpr (sizeof(T) == 1) return table_[x];
    return x;
  }

  const T* caps_;
  const Value& x_;
  const Value& y_;
  uint8_t table_[256] = {};
};

}  // namespace

std::unique_ptr<Step> MakeCapStep(const void* caps, const Value& x, const Value& y) {
  if (x.is_float()) return std::make_unique<CapStep<float>>(static_cast<const float*>(caps), x, y);
  return std::make_unique<CapStep<uint8_t>>(static_cast<const uint8_t*>(caps), x, y);
}

}  // namespace quantbench::engine
