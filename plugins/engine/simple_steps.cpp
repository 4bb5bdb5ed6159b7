// SPDX-License-Identifier: Apache-2.0
// Model input and output, addition, global pooling and rescaling.
#include "simple_steps.h"

#include "conv_step.h"
#include "layout.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int64_t kPixelsPerTask = 4096;
constexpr int64_t kElementsPerTask = 1 << 15;  // a multiple of the 64 bytes that AddU8 handles

// Calls body(image, first, last) for parts of [0, count) of each image.
template <class Body>
void ForEachPart(const Work& work, int64_t count, int64_t part, const Body& body) {
  const int64_t parts = (count + part - 1) / part;
  work.team.ForEach(work.images() * parts, [&](int64_t i, int /*worker*/) {
    const int64_t first = i % parts * part;
    body(work.first_image + i / parts, first, std::min(count, first + part));
  });
}

plugin::OutputRange RangeOf(const StageU8& stage) {
  return {.lo = stage.lo, .hi = stage.hi, .zero_point = stage.zero};
}

}  // namespace

void ImportStep::Run(const Work& work) const {
  ForEachPart(work, 1, 1, [&](int64_t image, int64_t, int64_t) {
    FromDense(y_, work.state.input + image * y_.channels * y_.pixels(),
              work.state.At<float>(y_, image));
  });
}

QuantizeInputStep::QuantizeInputStep(const Kernels& kernels, const qb_node& node, const Value& y)
    : kernels_(kernels), y_(y), stage_(StageOf(node.activation, y)) {}

void QuantizePixels(const Kernels& kernels, const Value& value, float scale, const StageU8& stage,
                    const float* planes, uint8_t* y, int64_t first, int64_t last) {
  int64_t p = first;
  if (value.stride == 4) {
    QuantizeInput input{.planes = {},
                        .y = y + first * 4,
                        .pixels = (last - first) / 16 * 16,
                        .scale = scale,
                        .stage = stage};
    for (int64_t c = 0; c < value.channels; ++c)
      input.planes[c] = planes + c * value.pixels() + first;
    kernels.quantize_input(input);
    p += input.pixels;
  }
  const plugin::OutputRange range = RangeOf(stage);
  for (; p < last; ++p)
    for (int64_t c = 0; c < value.channels; ++c)
      y[p * value.stride + c] = plugin::Emit(planes[c * value.pixels() + p] / scale, range);
}

void QuantizeInputStep::Run(const Work& work) const {
  ForEachPart(work, y_.pixels(), kPixelsPerTask, [&](int64_t image, int64_t first, int64_t last) {
    QuantizePixels(kernels_, y_, y_.scale(), stage_,
                   work.state.input + image * y_.channels * y_.pixels(),
                   work.state.At<uint8_t>(y_, image), first, last);
  });
}

void ExportStep::Run(const Work& work) const {
  for (int64_t image = work.first_image; image < work.last_image; ++image)
    ToDense(x_, work.state.At<const float>(x_, image),
            work.state.output + image * x_.channels * x_.pixels());
}

void DequantizeStep::Run(const Work& work) const {
  for (int64_t image = work.first_image; image < work.last_image; ++image) {
    const auto* const x = work.state.At<const uint8_t>(x_, image);
    auto* const y = work.state.At<float>(y_, image);
    for (int64_t p = 0; p < x_.pixels(); ++p)
      for (int64_t c = 0; c < x_.channels; ++c)
        y[p * y_.stride + c] =
            static_cast<float>(x[p * x_.stride + c] - x_.zero_point()) * x_.scale();
  }
}

AddStep::AddStep(const Kernels& kernels, const qb_node& node, const Value& a, const Value& b,
                 const Value& y)
    : kernels_(kernels), a_(a), b_(b), y_(y) {
  if (y.is_float()) {
    FloatRange(node.activation, &lo_, &hi_);
  } else {
    stage_ = StageOf(node.activation, y);
  }
}

void AddStep::Elements(const RunState& state, int64_t image, int64_t first, int64_t last) const {
  if (y_.is_float()) {
    kernels_.add_f32({.a = state.At<const float>(a_, image) + first,
                      .b = state.At<const float>(b_, image) + first,
                      .y = state.At<float>(y_, image) + first,
                      .count = last - first,
                      .lo = lo_,
                      .hi = hi_});
  } else {
    kernels_.add_u8({.a = state.At<const uint8_t>(a_, image) + first,
                     .b = state.At<const uint8_t>(b_, image) + first,
                     .y = state.At<uint8_t>(y_, image) + first,
                     .count = last - first,
                     .a_scale = plugin::RescaleMultiplier(a_.scale(), y_.scale()),
                     .b_scale = plugin::RescaleMultiplier(b_.scale(), y_.scale()),
                     .a_zero = a_.zero_point(),
                     .b_zero = b_.zero_point(),
                     .stage = stage_});
  }
}

void AddStep::Run(const Work& work) const {
  ForEachPart(work, y_.elements(), kElementsPerTask,
              [&](int64_t image, int64_t first, int64_t last) {
                Elements(work.state, image, first, last);
              });
}

bool FitsPool(const Value& x, const Value& y) {
  return x.is_float() ||
         255.0 * static_cast<double>(x.scale()) / static_cast<double>(y.scale()) < 2147483000.0;
}

GlobalPoolStep::GlobalPoolStep(const Kernels& kernels, const qb_node& node, const Value& x,
                               const Value& y)
    : kernels_(kernels), x_(x), y_(y) {
  if (y.is_float()) {
    FloatRange(node.activation, &lo_, &hi_);
  } else {
    stage_ = StageOf(node.activation, y);
  }
}

void GlobalPoolStep::Run(const Work& work) const {
  ForEachPart(work, 1, 1, [&](int64_t image, int64_t, int64_t) {
    if (x_.is_float()) {
      kernels_.global_pool_f32({.x = work.state.At<const float>(x_, image),
                                .y = work.state.At<float>(y_, image),
                                .pixels = x_.pixels(),
                                .channels = static_cast<int32_t>(x_.stride),
                                .lo = lo_,
                                .hi = hi_});
      return;
    }
    kernels_.global_pool_u8(
        {.x = work.state.At<const uint8_t>(x_, image),
         .y = work.state.At<uint8_t>(y_, image),
         .pixels = x_.pixels(),
         .channels = static_cast<int32_t>(x_.stride),
         .input_zero = x_.zero_point(),
         .multiplier = plugin::PoolMultiplier(x_.scale(), y_.scale(), x_.pixels()),
         .stage = stage_});
  });
}

RescaleStep::RescaleStep(const Kernels& kernels, const qb_node& node, std::vector<const Value*> xs,
                         const Value& y)
    : kernels_(kernels), xs_(std::move(xs)), y_(y) {
  if (y.is_float()) {
    FloatRange(node.activation, &lo_, &hi_);
    return;
  }
  const plugin::OutputRange range = RangeOf(StageOf(node.activation, y));
  for (const Value* const x : xs_) {
    const float m = plugin::RescaleMultiplier(x->scale(), y.scale());
    for (int32_t q = 0; q < 256; ++q)
      tables_.push_back(plugin::Emit(static_cast<float>(q - x->zero_point()) * m, range));
  }
}

void RescaleStep::Run(const Work& work) const {
  ForEachPart(work, y_.pixels(), kPixelsPerTask, [&](int64_t image, int64_t first, int64_t last) {
    int64_t to = 0;  // channel
    for (size_t i = 0; i < xs_.size(); to += xs_[i]->channels, ++i) {
      const Value& x = *xs_[i];
      if (x.place == y_.place && x.first_channel == y_.first_channel + to) continue;  // lies there
      if (!y_.is_float()) {
        kernels_.table_u8({.x = work.state.At<const uint8_t>(x, image) + first * x.stride,
                           .y = work.state.At<uint8_t>(y_, image) + first * y_.stride + to,
                           .rows = last - first,
                           .count = x.channels,
                           .x_step = x.stride,
                           .y_step = y_.stride,
                           .table = tables_.data() + i * 256});
        continue;
      }
      for (int64_t p = first; p < last; ++p) {
        const float* const in = work.state.At<const float>(x, image) + p * x.stride;
        float* const out = work.state.At<float>(y_, image) + p * y_.stride + to;
        for (int64_t c = 0; c < x.channels; ++c) out[c] = std::min(std::max(in[c], lo_), hi_);
      }
    }
  });
}

}  // namespace quantbench::engine
