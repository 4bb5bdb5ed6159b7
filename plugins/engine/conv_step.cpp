// SPDX-License-Identifier: Apache-2.0
// Runs a convolution: cuts the output into matrix products and shares them among the threads.
#include "conv_step.h"

#include <cstring>

#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int64_t kGatheredPixels = 12;
// Receptive fields that all blocks of a deep layer share: enough that images of 7x7 and 14x14
// pixels fetch their weights once and four times. Copying costs 2 / output channels of the product.
constexpr int64_t kSharedPixels = 64;
constexpr int64_t kLeastSharingChannels = 64;
constexpr int64_t kDeepSums = 1024;  // of so many products
// What a chunk of pixels reads and writes should stay in the first-level cache, but a chunk should
// also be tall enough that fetching a block of weights pays.
constexpr int64_t kChunkBytes = 24 * 1024;
constexpr int64_t kLeastChunkPixels = 48;

template <class X>
constexpr int64_t kChannelsPerStep = sizeof(X) == 1 ? 4 : 1;

}  // namespace

template <class X, class Y>
ConvStep<X, Y>::ConvStep(const ConvSource& source, const std::optional<Residual>& residual,
                         const Value* constants)
    : kernels_(source.kernels),
      geometry_(GeometryOf(source.node, source.x, source.y,
                           source.weight.rank == 4 ? source.weight.dims[2] : 1,
                           source.weight.rank == 4 ? source.weight.dims[3] : 1)),
      x_(source.x),
      y_(residual ? residual->y : source.y),
      residual_(residual ? &residual->other : nullptr),
      pads_images_(PadsImages(source)),
      constants_(constants) {
  const Geometry in = pads_images_ ? PaddedGeometry() : geometry_;
  if constexpr (sizeof(Y) == 1) {
    blocks_ = PackConvU8(source, in);
    stage_ = StageOf(source.node.activation, source.y);
    if (residual) {
      residual_stage_ = {
          .x = nullptr,
          .step = residual->other.stride,
          .lo = stage_.lo - stage_.zero,
          .hi = stage_.hi - stage_.zero,
          .scale = plugin::RescaleMultiplier(source.y.scale(), y_.scale()),
          .other_scale = plugin::RescaleMultiplier(residual->other.scale(), y_.scale()),
          .other_zero = residual->other.zero_point()};
      stage_ = StageOf(residual->node.activation, y_);
    }
  } else {
    blocks_ = kDynamic ? PackConvDynamic(source, in) : PackConvF32(source, in);
    if (kDynamic) constants_size_ = ConstantsOfConv(source);
    FloatRange(source.node.activation, &lo_, &hi_);
    FloatRange(residual ? residual->node.activation : QB_NONE, &residual_lo_, &residual_hi_);
  }
  caps_ = CapsOf<Y>(source, ConstantsOfConv(source).lanes);
  shares_fields_ = !pads_images_ && SharesFields();
}

template <class X, class Y>
void ConvStep<X, Y>::Multiply(const ConvBlock& block, const Rows& rows) const {
  static constexpr int32_t kNoOffset = 0;
  const int64_t steps_in_all = geometry_.taps() * block.window / kChannelsPerStep<X>;
  const int32_t steps = rows.gathered ? static_cast<int32_t>(steps_in_all) : block.steps_in_image;
  const auto runs = static_cast<int32_t>(rows.gathered ? 1 : block.run_offsets.size());
  const int32_t* const offsets = rows.gathered ? &kNoOffset : block.run_offsets.data();
  if constexpr (kDynamic) {
    GemmU8 g{.x = rows.x,
             .x_step = rows.x_step,
             .run_offsets = offsets,
             .runs = runs,
             .steps = steps,
             .weights = block.weights.data(),
             .bias = rows.run.bias + block.first,
             .multiplier = rows.run.multiplier + block.first,
             .y = reinterpret_cast<uint8_t*>(rows.y + block.first),
             .y_step = rows.y_step * static_cast<ptrdiff_t>(sizeof(Y)),
             .rows = static_cast<int32_t>(rows.count),
             .columns = block.columns,
             .whole_groups = block.whole_groups,
             .floats = {.bias = block.float_bias.data(),
                        .lo = lo_,
                        .hi = hi_,
                        .residual_lo = residual_lo_,
                        .residual_hi = residual_hi_,
                        .caps = CapsOfBlock(block)}};
    if (rows.residual != nullptr) {
      g.residual.x = reinterpret_cast<const uint8_t*>(rows.residual + block.first);
      g.residual.step = rows.residual_step * static_cast<ptrdiff_t>(sizeof(Y));
    }
    kernels_.gemm_u8_f32(g);
  } else if constexpr (sizeof(X) == 1) {
    GemmU8 g{
        .x = rows.x,
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
        .whole_groups = block.whole_groups,
        .step_offsets = rows.gathered ? block.steps_gathered.data() : block.steps_in_place.data(),
        .fours = block.fours,
        .twos = block.twos,
        .ones = block.ones,
        .stage = stage_,
        .caps = CapsOfBlock(block),
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
                       .residual_hi = residual_hi_,
                       .caps = CapsOfBlock(block)});
  }
}

// Copies the receptive fields of pixels [first, last), padding filled in.
template <class X, class Y>
void ConvStep<X, Y>::Gather(const ConvBlock& block, const X* x, int64_t first, int64_t last,
                            std::byte* scratch, const RunConstants& run) const {
  const Geometry& g = geometry_;
  const X padding = PaddingOf<X, kDynamic>(x_, run);
  X* out = reinterpret_cast<X*>(scratch);
  for (int64_t p = first; p < last; ++p) {
    for (int64_t ky = 0; ky < g.kh; ++ky) {
      const int64_t iy = p / g.out_w * g.sy - g.top + ky * g.dy;
      for (int64_t kx = 0; kx < g.kw; ++kx, out += block.window) {
        const int64_t ix = p % g.out_w * g.sx - g.left + kx * g.dx;
        if (iy < 0 || iy >= g.in_h || ix < 0 || ix >= g.in_w) {
          std::fill(out, out + block.window, padding);
        } else {
          std::memcpy(out, x + (iy * g.in_w + ix) * x_.stride + block.window_first,
                      static_cast<size_t>(block.window) * sizeof(X));
        }
      }
    }
  }
}

template <class X, class Y>
void ConvStep<X, Y>::MultiplyGathered(const ConvBlock& block, Y* y, const Y* residual,
                                      int64_t count, std::byte* scratch,
                                      const RunConstants& run) const {
  Multiply(block, {.x = reinterpret_cast<const X*>(scratch),
                   .x_step = geometry_.taps() * block.window,
                   .y = y,
                   .y_step = y_.stride,
                   .residual = residual,
                   .residual_step = residual_ == nullptr ? 0 : residual_->stride,
                   .count = count,
                   .gathered = true,
                   .run = run});
}

template <class X, class Y>
void ConvStep<X, Y>::MultiplyPixels(const ConvBlock& block, const X* x, Y* y, const Y* residual,
                                    int64_t count, const RunConstants& run) const {
  Multiply(block, {.x = x,
                   .x_step = x_.stride,
                   .y = y,
                   .y_step = y_.stride,
                   .residual = residual,
                   .residual_step = residual_ == nullptr ? 0 : residual_->stride,
                   .count = count,
                   .gathered = false,
                   .run = run});
}

template <class X, class Y>
void ConvStep<X, Y>::RunPointwise(const X* x, Y* y, const Y* residual, int64_t count) const {
  for (const ConvBlock& block : blocks_) MultiplyPixels(block, x, y, residual, count, {});
}

template <class X, class Y>
void ConvStep<X, Y>::RunBlock(const ConvBlock& block, const X* x, Y* y, const Y* residual,
                              int64_t first, int64_t last, std::byte* scratch,
                              const RunConstants& run) const {
  const Geometry& g = geometry_;
  const int64_t residual_step = residual_ == nullptr ? 0 : residual_->stride;
  if (g.pointwise()) {
    MultiplyPixels(block, x + first * x_.stride, y, residual, last - first, run);
    return;
  }
  int64_t interior_first = 0, interior_last = 0;
  g.InteriorColumns(&interior_first, &interior_last);
  for (int64_t p = first; p < last;) {
    const int64_t oy = p / g.out_w, ox = p % g.out_w;
    const int64_t row_last = std::min(last - oy * g.out_w, g.out_w);
    Y* const to = y + (p - first) * y_.stride;
    const Y* const other = residual == nullptr ? nullptr : residual + (p - first) * residual_step;
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
                       .gathered = false,
                       .run = run});
    } else {
      if (g.InteriorRow(oy) && ox < interior_first) end = std::min(end, interior_first);
      Gather(block, x, p, p + end - ox, scratch, run);
      MultiplyGathered(block, to, other, end - ox, scratch, run);
    }
    p += end - ox;
  }
}

template <class X, class Y>
void ConvStep<X, Y>::RunPixels(const X* x, Y* y, const Y* residual, int64_t first, int64_t last,
                               std::byte* scratch, const RunConstants& run) const {
  for (const ConvBlock& block : blocks_) RunBlock(block, x, y, residual, first, last, scratch, run);
}

template <class X, class Y>
int64_t ConvStep<X, Y>::scratch_bytes() const {
  if (pads_images_) {
    const Geometry padded = PaddedGeometry();
    return padded.in_h * padded.in_w * x_.stride * static_cast<int64_t>(sizeof(X)) + 64;
  }
  int64_t window = 0;
  for (const ConvBlock& block : blocks_) window = std::max(window, block.window);
  return (shares_fields_ ? kSharedPixels : kGatheredPixels) * geometry_.taps() * window *
         static_cast<int64_t>(sizeof(X));
}

// Where each block's weights are more than the first-level cache holds, every product of a few
// pixels at an image's edge would fetch them anew.
template <class X, class Y>
bool ConvStep<X, Y>::SharesFields() const {
  const ConvBlock& block = blocks_.front();
  const bool same = std::all_of(blocks_.begin(), blocks_.end(), [&](const ConvBlock& each) {
    return each.window_first == block.window_first && each.window == block.window;
  });
  return same && geometry_.taps() > 1 && y_.channels >= kLeastSharingChannels &&
         geometry_.taps() * block.window > kDeepSums;
}

// Fields first, then all blocks on them; threads share the blocks where there are few fields.
template <class X, class Y>
void ConvStep<X, Y>::RunSharedFields(const Work& work, const RunConstants& run) const {
  const RunState& s = work.state;
  const int64_t pixels = y_.pixels(), blocks = static_cast<int64_t>(blocks_.size());
  const int64_t chunks = (pixels + kSharedPixels - 1) / kSharedPixels;
  const int64_t threads = work.team.threads();
  const int64_t parts = chunks * work.images() >= 4 * threads ? 1 : std::min(blocks, threads);
  work.team.ForEach(work.images() * chunks * parts, [&](int64_t i, int worker) {
    const int64_t part = i % parts, chunk = i / parts % chunks;
    const int64_t image = work.first_image + i / parts / chunks;
    const int64_t first = pixels * chunk / chunks, last = pixels * (chunk + 1) / chunks;
    std::byte* const scratch = s.ScratchOf(worker);
    Gather(blocks_.front(), s.At<const X>(x_, image), first, last, scratch, run);
    Y* const y = s.At<Y>(y_, image) + first * y_.stride;
    const Y* const residual = residual_ == nullptr
                                  ? nullptr
                                  : s.At<const Y>(*residual_, image) + first * residual_->stride;
    for (int64_t b = blocks * part / parts; b < blocks * (part + 1) / parts; ++b)
      MultiplyGathered(blocks_[static_cast<size_t>(b)], y, residual, last - first, scratch, run);
  });
}

template <class X, class Y>
int64_t ConvStep<X, Y>::ChunkPixels() const {
  const int64_t bytes = x_.stride * geometry_.sx * geometry_.sy * static_cast<int64_t>(sizeof(X)) +
                        y_.stride * static_cast<int64_t>(sizeof(Y));
  return std::max(kLeastChunkPixels, kChunkBytes / bytes);
}

// One pixel an image: the images are the rows of one product.
template <class X, class Y>
void ConvStep<X, Y>::RunSinglePixels(const Work& work, const RunConstants& run) const {
  const RunState& s = work.state;
  const auto x_step = s.image_bytes / static_cast<int64_t>(sizeof(X));
  const auto y_step = s.image_bytes / static_cast<int64_t>(sizeof(Y));
  work.team.ForEach(static_cast<int64_t>(blocks_.size()), [&](int64_t b, int /*worker*/) {
    Multiply(
        blocks_[static_cast<size_t>(b)],
        {.x = s.At<const X>(x_, work.first_image),
         .x_step = x_step,
         .y = s.At<Y>(y_, work.first_image),
         .y_step = y_step,
         .residual = residual_ == nullptr ? nullptr : s.At<const Y>(*residual_, work.first_image),
         .residual_step = y_step,
         .count = work.images(),
         .gathered = false,
         .run = run});
  });
}

// Small images: each block of weights meets all of them while it is in the cache.
template <class X, class Y>
void ConvStep<X, Y>::RunWeightsFirst(const Work& work, const RunConstants& run) const {
  const RunState& s = work.state;
  const int64_t pixels = y_.pixels();
  const int64_t parts = work.team.threads() == 1 ? 1 : std::min<int64_t>(2, pixels);
  const auto blocks = static_cast<int64_t>(blocks_.size());
  work.team.ForEach(blocks * parts, [&](int64_t i, int worker) {
    const int64_t part = i / blocks;
    const int64_t first = pixels * part / parts, last = pixels * (part + 1) / parts;
    for (int64_t image = work.first_image; image < work.last_image; ++image) {
      const Y* const residual = residual_ == nullptr
                                    ? nullptr
                                    : s.At<const Y>(*residual_, image) + first * residual_->stride;
      RunBlock(blocks_[static_cast<size_t>(i % blocks)], s.At<const X>(x_, image),
               s.At<Y>(y_, image) + first * y_.stride, residual, first, last, s.ScratchOf(worker),
               run);
    }
  });
}

template <class X, class Y>
void ConvStep<X, Y>::Run(const Work& work) const {
  if constexpr (kDynamic) {
    const RunConstants run = constants_size_.At(work.state, *constants_);
    if (!run.has_range()) return FillWithNan(work, y_);
    for (const ConvBlock& block : blocks_) {
      const auto lanes = static_cast<int64_t>(block.multiplier.size());
      FillStarts(run, block.starts.data(), block.first, lanes);
      FillMultipliers(run, block.multiplier.data(), block.first, lanes);
    }
    RunConv(work, run);
  } else {
    RunConv(work, {});
  }
}

template <class X, class Y>
void ConvStep<X, Y>::RunConv(const Work& work, const RunConstants& run) const {
  const RunState& s = work.state;
  const int64_t pixels = y_.pixels();
  if (geometry_.pointwise() && pixels == 1) return RunSinglePixels(work, run);
  if (pads_images_) return RunPadded(work, run);
  if (shares_fields_) return RunSharedFields(work, run);
  const int64_t chunks = std::max<int64_t>(1, pixels / ChunkPixels());
  if (chunks < 2 * work.team.threads() || chunks == 1) return RunWeightsFirst(work, run);
  work.team.ForEach(work.images() * chunks, [&](int64_t i, int worker) {
    const int64_t image = work.first_image + i / chunks;
    const int64_t first = pixels * (i % chunks) / chunks;
    const int64_t last = pixels * (i % chunks + 1) / chunks;
    const Y* const residual = residual_ == nullptr
                                  ? nullptr
                                  : s.At<const Y>(*residual_, image) + first * residual_->stride;
    RunPixels(s.At<const X>(x_, image), s.At<Y>(y_, image) + first * y_.stride, residual, first,
              last, s.ScratchOf(worker), run);
  });
}

template class ConvStep<uint8_t>;
template class ConvStep<float>;
template class ConvStep<uint8_t, float>;

}  // namespace quantbench::engine
