// SPDX-License-Identifier: Apache-2.0
// Runs a convolution: cuts the output into matrix products and shares them among the threads.
#include "conv_step.h"

#include <cstring>

#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int64_t kGatheredPixels = 12;
// What a chunk of pixels reads and writes should stay in the first-level cache, but a chunk should
// also be tall enough that fetching a block of weights pays.
constexpr int64_t kChunkBytes = 24 * 1024;
constexpr int64_t kLeastChunkPixels = 48;

template <class T>
constexpr int64_t kChannelsPerStep = sizeof(T) == 1 ? 4 : 1;

template <class T>
T PaddingOf(const Value& x) {
  if constexpr (sizeof(T) == 1) return static_cast<T>(x.zero_point());
  return T{};
}

}  // namespace

template <class T>
ConvStep<T>::ConvStep(const ConvSource& source, const std::optional<Residual>& residual)
    : kernels_(source.kernels),
      geometry_(GeometryOf(source.node, source.x, source.y,
                           source.weight.rank == 4 ? source.weight.dims[2] : 1,
                           source.weight.rank == 4 ? source.weight.dims[3] : 1)),
      x_(source.x),
      y_(residual ? residual->y : source.y),
      residual_(residual ? &residual->other : nullptr) {
  if constexpr (sizeof(T) == 1) {
    blocks_ = PackConvU8(source, geometry_);
    stage_ = StageOf(source.node.activation, source.y);
    if (!residual) return;
    residual_stage_ = {
        .x = nullptr,
        .step = residual->other.stride,
        .lo = stage_.lo - stage_.zero,
        .hi = stage_.hi - stage_.zero,
        .scale = plugin::RescaleMultiplier(source.y.scale(), y_.scale()),
        .other_scale = plugin::RescaleMultiplier(residual->other.scale(), y_.scale()),
        .other_zero = residual->other.zero_point()};
    stage_ = StageOf(residual->node.activation, y_);
  } else {
    blocks_ = PackConvF32(source, geometry_);
    FloatRange(source.node.activation, &lo_, &hi_);
    FloatRange(residual ? residual->node.activation : QB_NONE, &residual_lo_, &residual_hi_);
  }
}

template <class T>
void ConvStep<T>::Multiply(const ConvBlock& block, const Rows& rows) const {
  static constexpr int32_t kNoOffset = 0;
  const int64_t steps_in_all = geometry_.taps() * block.window / kChannelsPerStep<T>;
  const int32_t steps = rows.gathered ? static_cast<int32_t>(steps_in_all) : block.steps_in_image;
  const auto runs = static_cast<int32_t>(rows.gathered ? 1 : block.run_offsets.size());
  const int32_t* const offsets = rows.gathered ? &kNoOffset : block.run_offsets.data();
  if constexpr (sizeof(T) == 1) {
    GemmU8 g{.x = rows.x,
             .x_step = rows.x_step,
             .run_offsets = offsets,
             .runs = runs,
             .steps = steps,
             .weights = block.weights.data(),
             .bias = block.bias.data(),
             .multiplier = block.multiplier.data(),
             .y = rows.y + block.first,
             .y_step = rows.y_step,
             .rows = static_cast<int32_t>(rows.count),
             .columns = block.columns,
             .stage = stage_,
             .residual = residual_stage_};
    if (rows.residual != nullptr) {
      g.residual.x = rows.residual + block.first;
      g.residual.step = rows.residual_step;
    }
    kernels_.gemm_u8(g);
  } else {
    kernels_.gemm_f32({.x = rows.x,
                       .x_step = rows.x_step,
                       .run_offsets = offsets,
                       .runs = runs,
                       .steps = steps,
                       .weights = reinterpret_cast<const float*>(block.weights.data()),
                       .bias = reinterpret_cast<const float*>(block.bias.data()),
                       .y = rows.y + block.first,
                       .y_step = rows.y_step,
                       .rows = static_cast<int32_t>(rows.count),
                       .columns = block.columns,
                       .lo = lo_,
                       .hi = hi_,
                       .residual = rows.residual == nullptr ? nullptr : rows.residual + block.first,
                       .residual_step = rows.residual_step,
                       .residual_lo = residual_lo_,
                       .residual_hi = residual_hi_});
  }
}

// Copies the receptive fields of pixels [first, last) of one output row, padding filled in, then
// multiplies them.
template <class T>
void ConvStep<T>::RunGathered(const ConvBlock& block, const T* x, T* y, const T* residual,
                              int64_t first, int64_t last, std::byte* scratch) const {
  const Geometry& g = geometry_;
  const int64_t field = g.taps() * block.window;
  const T padding = PaddingOf<T>(x_);
  T* out = reinterpret_cast<T*>(scratch);
  for (int64_t p = first; p < last; ++p) {
    for (int64_t ky = 0; ky < g.kh; ++ky) {
      const int64_t iy = p / g.out_w * g.sy - g.top + ky * g.dy;
      for (int64_t kx = 0; kx < g.kw; ++kx, out += block.window) {
        const int64_t ix = p % g.out_w * g.sx - g.left + kx * g.dx;
        if (iy < 0 || iy >= g.in_h || ix < 0 || ix >= g.in_w) {
          std::fill(out, out + block.window, padding);
        } else {
          std::memcpy(out, x + (iy * g.in_w + ix) * x_.stride + block.window_first,
                      static_cast<size_t>(block.window) * sizeof(T));
        }
      }
    }
  }
  Multiply(block, {.x = reinterpret_cast<const T*>(scratch),
                   .x_step = field,
                   .y = y,
                   .y_step = y_.stride,
                   .residual = residual,
                   .residual_step = residual_ == nullptr ? 0 : residual_->stride,
                   .count = last - first,
                   .gathered = true});
}

template <class T>
void ConvStep<T>::MultiplyPixels(const ConvBlock& block, const T* x, T* y, const T* residual,
                                 int64_t count) const {
  Multiply(block, {.x = x,
                   .x_step = x_.stride,
                   .y = y,
                   .y_step = y_.stride,
                   .residual = residual,
                   .residual_step = residual_ == nullptr ? 0 : residual_->stride,
                   .count = count,
                   .gathered = false});
}

template <class T>
void ConvStep<T>::RunPointwise(const T* x, T* y, const T* residual, int64_t count) const {
  for (const ConvBlock& block : blocks_) MultiplyPixels(block, x, y, residual, count);
}

template <class T>
void ConvStep<T>::RunBlock(const ConvBlock& block, const T* x, T* y, const T* residual,
                           int64_t first, int64_t last, std::byte* scratch) const {
  const Geometry& g = geometry_;
  const int64_t residual_step = residual_ == nullptr ? 0 : residual_->stride;
  if (g.pointwise()) {
    MultiplyPixels(block, x + first * x_.stride, y, residual, last - first);
    return;
  }
  int64_t interior_first = 0, interior_last = 0;
  g.InteriorColumns(&interior_first, &interior_last);
  for (int64_t p = first; p < last;) {
    const int64_t oy = p / g.out_w, ox = p % g.out_w;
    const int64_t row_last = std::min(last - oy * g.out_w, g.out_w);
    T* const to = y + (p - first) * y_.stride;
    const T* const other = residual == nullptr ? nullptr : residual + (p - first) * residual_step;
    int64_t end = std::min(row_last, ox + kGatheredPixels);
    if (g.InteriorRow(oy) && ox >= interior_first && ox < interior_last) {
      end = std::min(row_last, interior_last);
      Multiply(block, {.x = x + ((oy * g.sy - g.top) * g.in_w + ox * g.sx - g.left) * x_.stride,
                       .x_step = g.sx * x_.stride,
                       .y = to,
                       .y_step = y_.stride,
                       .residual = other,
                       .residual_step = residual_step,
                       .count = end - ox,
                       .gathered = false});
    } else {
      if (g.InteriorRow(oy) && ox < interior_first) end = std::min(end, interior_first);
      RunGathered(block, x, to, other, p, p + end - ox, scratch);
    }
    p += end - ox;
  }
}

template <class T>
void ConvStep<T>::RunPixels(const T* x, T* y, const T* residual, int64_t first, int64_t last,
                            std::byte* scratch) const {
  for (const ConvBlock& block : blocks_) RunBlock(block, x, y, residual, first, last, scratch);
}

template <class T>
int64_t ConvStep<T>::scratch_bytes() const {
  int64_t window = 0;
  for (const ConvBlock& block : blocks_) window = std::max(window, block.window);
  return kGatheredPixels * geometry_.taps() * window * static_cast<int64_t>(sizeof(T));
}

template <class T>
int64_t ConvStep<T>::ChunkPixels() const {
  const int64_t bytes =
      (x_.stride * geometry_.sx * geometry_.sy + y_.stride) * static_cast<int64_t>(sizeof(T));
  return std::max(kLeastChunkPixels, kChunkBytes / bytes);
}

// One pixel an image: the images are the rows of one product.
template <class T>
void ConvStep<T>::RunSinglePixels(const Work& work) const {
  const RunState& s = work.state;
  const auto step = s.image_bytes / static_cast<int64_t>(sizeof(T));
  work.team.ForEach(static_cast<int64_t>(blocks_.size()), [&](int64_t b, int /*worker*/) {
    Multiply(
        blocks_[static_cast<size_t>(b)],
        {.x = s.At<const T>(x_, work.first_image),
         .x_step = step,
         .y = s.At<T>(y_, work.first_image),
         .y_step = step,
         .residual = residual_ == nullptr ? nullptr : s.At<const T>(*residual_, work.first_image),
         .residual_step = step,
         .count = work.images(),
         .gathered = false});
  });
}

// Small images: each block of weights meets all of them while it is in the cache.
template <class T>
void ConvStep<T>::RunWeightsFirst(const Work& work) const {
  const RunState& s = work.state;
  const int64_t pixels = y_.pixels();
  const int64_t parts = work.team.threads() == 1 ? 1 : std::min<int64_t>(2, pixels);
  const auto blocks = static_cast<int64_t>(blocks_.size());
  work.team.ForEach(blocks * parts, [&](int64_t i, int worker) {
    const int64_t part = i / blocks;
    const int64_t first = pixels * part / parts, last = pixels * (part + 1) / parts;
    for (int64_t image = work.first_image; image < work.last_image; ++image) {
      const T* const residual = residual_ == nullptr
                                    ? nullptr
                                    : s.At<const T>(*residual_, image) + first * residual_->stride;
      RunBlock(blocks_[static_cast<size_t>(i % blocks)], s.At<const T>(x_, image),
               s.At<T>(y_, image) + first * y_.stride, residual, first, last, s.ScratchOf(worker));
    }
  });
}

template <class T>
void ConvStep<T>::Run(const Work& work) const {
  const RunState& s = work.state;
  const int64_t pixels = y_.pixels();
  if (geometry_.pointwise() && pixels == 1) return RunSinglePixels(work);
  const int64_t chunks = std::max<int64_t>(1, pixels / ChunkPixels());
  if (chunks < 2 * work.team.threads() || chunks == 1) return RunWeightsFirst(work);
  work.team.ForEach(work.images() * chunks, [&](int64_t i, int worker) {
    const int64_t image = work.first_image + i / chunks;
    const int64_t first = pixels * (i % chunks) / chunks;
    const int64_t last = pixels * (i % chunks + 1) / chunks;
    const T* const residual = residual_ == nullptr
                                  ? nullptr
                                  : s.At<const T>(*residual_, image) + first * residual_->stride;
    RunPixels(s.At<const T>(x_, image), s.At<T>(y_, image) + first * y_.stride, residual, first,
              last, s.ScratchOf(worker));
  });
}

template class ConvStep<uint8_t>;
template class ConvStep<float>;

}  // namespace quantbench::engine
