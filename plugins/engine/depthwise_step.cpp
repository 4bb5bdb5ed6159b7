// SPDX-License-Identifier: Apache-2.0
// Packs and runs depthwise convolutions.
#include "depthwise_step.h"

#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int64_t kRowsPerTask = 8;
// Narrow images of floats are copied with their padding, so that no column needs to be looked at.
constexpr int64_t kMostPaddedPixels = 16;

// Columns that one output reads from and to.
int64_t WidthOf(const Geometry& g) { return (g.kw - 1) * g.dx + 1; }

}  // namespace

bool IsDepthwise(const ConvSource& source) {
  const qb_node& node = source.node;
  return IsConv(node) && node.groups > 1 && node.groups == source.x.channels &&
         node.groups == source.y.channels && source.weight.dims[2] <= 60;
}

template <class X, class Y>
DepthwiseStep<X, Y>::DepthwiseStep(const ConvSource& source, const Value* constants)
    : kernels_(source.kernels),
      geometry_(GeometryOf(source.node, source.x, source.y, source.weight.dims[2],
                           source.weight.dims[3])),
      x_(source.x),
      y_(source.y),
      padded_(geometry_),
      pads_rows_(std::is_same_v<X, float> && geometry_.out_w <= kMostPaddedPixels &&
                 geometry_.kw > 3),
      padding_row_(static_cast<size_t>(
          std::max(geometry_.in_w, (geometry_.out_w - 1) * geometry_.sx + WidthOf(geometry_)) *
          source.x.stride)),
      constants_(constants) {
  const Geometry& g = geometry_;
  padded_.in_w = (g.out_w - 1) * g.sx + WidthOf(g);
  padded_.left = 0;
  if constexpr (sizeof(X) == 1)
    row_pairs_ = g.kh <= 3 && g.kw == 3 && g.sy == 1 && g.sx == 1 && g.dy == 1 && g.dx == 1;
  if constexpr (kDynamic) {
    constants_size_ = ConstantsOfDepthwise(kernels_, x_);
    FloatRange(source.node.activation, &lo_, &hi_);
    PackU8(source);
  } else if constexpr (sizeof(X) == 1) {
    std::fill_n(padding_row_.data(), padding_row_.size() + 64, static_cast<X>(x_.zero_point()));
    stage_ = StageOf(source.node.activation, y_);
    PackU8(source);
  } else {
    FloatRange(source.node.activation, &lo_, &hi_);
    caps_ = CapsOf<Y>(source, x_.stride);
    PackF32(source);
  }
}

// For the first or second of two output rows: tap ky is tap ky + output of the rows that are
// multiplied together.
template <class X, class Y>
SumStart DepthwiseStep<X, Y>::StartOf(const ConvSource& source, int64_t o, int64_t output) const {
  const auto* const w = static_cast<const int8_t*>(source.weight.data) + o * geometry_.taps();
  SumStart start{};
  for (int64_t tap = 0; tap < geometry_.taps(); ++tap) {
    start.offsets += kernels_.activation_offset[(tap / geometry_.kw + output) % 4] * w[tap];
    start.minus_sum -= w[tap];
  }
  return start;
}

// The last block overlaps its neighbour rather than being narrower; see kernels/depthwise_u8.h.
// Where two pixels fill a block, its second half is the second pixel's.
template <class X, class Y>
int64_t DepthwiseStep<X, Y>::ChannelOf(int64_t block, int64_t channel) const {
  const int64_t size = 4 * kernels_.lanes;
  if (2 * x_.stride == size) return channel % x_.stride;
  const bool overlaps = (block + 1) * size > x_.stride && x_.stride >= size;
  return (overlaps ? x_.stride - size : block * size) + channel;
}

template <class X, class Y>
void DepthwiseStep<X, Y>::PackU8(const ConvSource& source) {
  const Geometry& g = geometry_;
  const auto* const w = static_cast<const int8_t*>(source.weight.data);
  const int64_t block = 4 * kernels_.lanes;
  const int64_t blocks = (x_.stride + block - 1) / block;
  const int64_t groups = (g.kh + 3) / 4;
  const int64_t outputs = row_pairs_ ? 2 : 1;
  const int64_t vector_bytes = PackedVectorBytes(kernels_);
  weights_ = AlignedArray<std::byte>(
      static_cast<size_t>(blocks * outputs * groups * g.kw * 4 * vector_bytes));
  std::byte* out = weights_.data();
  for (int64_t b = 0; b < blocks; ++b) {
    const auto weight = [&](int64_t channel, int64_t ky, int64_t kx) {
      const int64_t o = ChannelOf(b, channel);
      return o < x_.channels && ky >= 0 && ky < g.kh ? w[(o * g.kh + ky) * g.kw + kx] : int8_t{0};
    };
    for (int64_t i = 0; i < outputs * groups * g.kw * 4; ++i, out += vector_bytes) {
      const int v = static_cast<int>(i % 4);
      const int64_t kx = i / 4 % g.kw, group = i / 4 / g.kw % groups;
      const int64_t output = i / 4 / g.kw / groups;  // the second output row looks one row lower
      PackVector(
          kernels_,
          [&](int lane, int k) {
            return weight(ChannelOfLane(4, v, lane), 4 * group + k - output, kx);
          },
          out);
    }
  }
  PackLanesU8(source, blocks, outputs);
  if (source.caps != nullptr) PackCaps(source, blocks);
}

// Floats in the order of the kernels' lanes, bytes in that of their channels.
template <class X, class Y>
void DepthwiseStep<X, Y>::PackCaps(const ConvSource& source, int64_t blocks) {
  const int64_t block = 4 * kernels_.lanes;
  const AlignedArray<Y> in_order = CapsOf<Y>(source, x_.stride + block);
  caps_ = AlignedArray<Y>(static_cast<size_t>(blocks * block));
  for (int64_t b = 0; b < blocks; ++b) {
    const auto cap = [&](int64_t channel) { return in_order.data()[ChannelOf(b, channel)]; };
    Y* const to = caps_.data() + b * block;
    if constexpr (kDynamic) {
      PackLanes(4, kernels_.lanes, cap, to);
    } else {
      for (int64_t channel = 0; channel < block; ++channel) to[channel] = cap(channel);
    }
  }
}

// What there is one of for each channel.
template <class X, class Y>
void DepthwiseStep<X, Y>::PackLanesU8(const ConvSource& source, int64_t blocks, int64_t outputs) {
  const int64_t block = 4 * kernels_.lanes;
  const auto lanes = static_cast<size_t>(blocks * block);
  multiplier_ = AlignedArray<float>(lanes);
  const auto scale_of = [&](int64_t o) {
    return source.weight.scales[source.weight.num_qparams == 1 ? 0 : o];
  };
  // value(o), or nothing for channels of padding.
  const auto pack = [&](int64_t b, auto* to, const auto& value) {
    PackLanes(
        4, kernels_.lanes,
        [&](int64_t channel) {
          const int64_t o = ChannelOf(b, channel);
          return o < x_.channels ? value(o) : decltype(value(o)){};
        },
        to);
  };
  if constexpr (kDynamic) {
    const auto* const bias = static_cast<const float*>(source.bias.data);
    starts_ = AlignedArray<SumStart>(lanes * static_cast<size_t>(outputs));
    float_bias_ = AlignedArray<float>(lanes);
    for (int64_t i = 0; i < blocks * outputs; ++i)
      pack(i / outputs, starts_.data() + i * block,
           [&](int64_t o) { return StartOf(source, o, i % outputs); });
    for (int64_t b = 0; b < blocks; ++b) {
      pack(b, multiplier_.data() + b * block, scale_of);
      pack(b, float_bias_.data() + b * block, [&](int64_t o) { return bias[o]; });
    }
  } else {
    const auto* const bias = static_cast<const int32_t*>(source.bias.data);
    bias_ = AlignedArray<int32_t>(lanes * static_cast<size_t>(outputs));
    for (int64_t i = 0; i < blocks * outputs; ++i)
      pack(i / outputs, bias_.data() + i * block,
           [&](int64_t o) { return StartOf(source, o, i % outputs).At(bias[o], x_.zero_point()); });
    for (int64_t b = 0; b < blocks; ++b)
      pack(b, multiplier_.data() + b * block,
           [&](int64_t o) { return plugin::ConvMultiplier(x_.scale(), scale_of(o), y_.scale()); });
  }
}

RunConstantsSize ConstantsOfDepthwise(const Kernels& kernels, const Value& x) {
  const int64_t block = 4 * kernels.lanes;
  return {.lanes = (x.stride + block - 1) / block * block,
          .bias_rows = 2,
          .padding_bytes = x.width * x.stride + 64};  // vectors are loaded whole
}

template <class X, class Y>
void DepthwiseStep<X, Y>::PackF32(const ConvSource& source) {
  const int64_t taps = geometry_.taps(), lanes = kernels_.lanes;
  const auto* const w = static_cast<const float*>(source.weight.data);
  weights_ = AlignedArray<std::byte>(static_cast<size_t>(y_.stride * taps) * sizeof(float));
  multiplier_ = AlignedArray<float>(static_cast<size_t>(y_.stride));
  auto* const packed = reinterpret_cast<float*>(weights_.data());
  for (int64_t c = 0; c < x_.channels; ++c) {
    multiplier_[static_cast<size_t>(c)] = static_cast<const float*>(source.bias.data)[c];
    for (int64_t tap = 0; tap < taps; ++tap)
      packed[(c / lanes * taps + tap) * lanes + c % lanes] = w[c * taps + tap];
  }
}

template <class X, class Y>
int64_t DepthwiseStep<X, Y>::RowsNeeded() const {
  return sizeof(X) == 1 ? (geometry_.kh + 3) / 4 * 4 : geometry_.kh;
}

template <class X, class Y>
void DepthwiseStep<X, Y>::Compute(const Geometry& columns, const X* const* rows, Y* y0, Y* y1,
                                  const RunConstants& run) const {
  const Geometry& g = columns;
  if constexpr (sizeof(X) == 1) {
    DepthwiseU8 d{.rows = rows,
                  .row_groups = static_cast<int32_t>((g.kh + 3) / 4),
                  .kernel_width = static_cast<int32_t>(g.kw),
                  .stride = static_cast<int32_t>(g.sx),
                  .dilation = static_cast<int32_t>(g.dx),
                  .left = static_cast<int32_t>(g.left),
                  .in_width = static_cast<int32_t>(g.in_w),
                  .out_width = static_cast<int32_t>(g.out_w),
                  .channels = static_cast<int32_t>(x_.stride),
                  .row_pairs = row_pairs_ ? 1 : 0,
                  .weights = weights_.data()};
    d.y[0] = reinterpret_cast<uint8_t*>(y0);
    d.y[1] = reinterpret_cast<uint8_t*>(y1);
    if constexpr (kDynamic) {
      d.input_zero = run.zero_point();
      d.bias = run.bias;
      d.multiplier = run.multiplier;
      d.floats = {.bias = float_bias_.data(), .lo = lo_, .hi = hi_};
      if constexpr (sizeof(Y) == sizeof(float)) d.floats.caps = caps();
      kernels_.depthwise_u8_f32(d);
    } else {
      d.input_zero = x_.zero_point();
      d.bias = bias_.data();
      d.multiplier = multiplier_.data();
      d.stage = stage_;
      if constexpr (sizeof(Y) == 1) d.caps = caps();
      kernels_.depthwise_u8(d);
    }
  } else {
    kernels_.depthwise_f32({.rows = rows,
                            .x_step = static_cast<int32_t>(x_.stride),
                            .kernel_height = static_cast<int32_t>(g.kh),
                            .kernel_width = static_cast<int32_t>(g.kw),
                            .stride = static_cast<int32_t>(g.sx),
                            .dilation = static_cast<int32_t>(g.dx),
                            .left = static_cast<int32_t>(g.left),
                            .in_width = static_cast<int32_t>(g.in_w),
                            .out_width = static_cast<int32_t>(g.out_w),
                            .channels = static_cast<int32_t>(y_.stride),
                            .weights = reinterpret_cast<const float*>(weights_.data()),
                            .bias = multiplier_.data(),
                            .y = y0,
                            .lo = lo_,
                            .hi = hi_,
                            .caps = caps()});
  }
}

template <class X, class Y>
void DepthwiseStep<X, Y>::Run(const Work& work) const {
  if constexpr (kDynamic) {
    const RunConstants run = constants_size_.At(work.state, *constants_);
    if (!run.has_range()) return FillWithNan(work, y_);
    FillStarts(run, starts_.data(), 0, static_cast<int64_t>(starts_.size()));
    FillMultipliers(run, multiplier_.data(), 0, static_cast<int64_t>(multiplier_.size()));
    std::fill_n(run.padding, constants_size_.padding_bytes, run.zero_point());
    RunDepthwise(work, run);
  } else {
    RunDepthwise(work, {});
  }
}

template <class X, class Y>
int64_t DepthwiseStep<X, Y>::scratch_bytes() const {
  const Geometry& g = geometry_;
  const int64_t rows = (std::min(g.out_h, kRowsPerTask) - 1) * g.sy + (g.kh - 1) * g.dy + 1;
  return pads_rows_ ? rows * padded_.in_w * x_.stride * static_cast<int64_t>(sizeof(X)) : 0;
}

// Output rows [first, last) of one image.
template <class X, class Y>
void DepthwiseStep<X, Y>::RunPadded(const X* x, Y* y, int64_t first, int64_t last,
                                    std::byte* scratch) const {
  const Geometry& g = geometry_;
  X* const copies = reinterpret_cast<X*>(scratch);
  const int64_t size = padded_.in_w * x_.stride, top = std::max<int64_t>(0, first * g.sy - g.top);
  const int64_t end = std::min(g.in_h, (last - 1) * g.sy - g.top + (g.kh - 1) * g.dy + 1);
  const int64_t inside = std::clamp<int64_t>(padded_.in_w - g.left, 0, g.in_w) * x_.stride;
  const int64_t left = std::min(g.left * x_.stride, size);
  for (int64_t iy = top; iy < end; ++iy) {
    X* const copy = copies + (iy - top) * size;
    std::fill_n(copy, left, X{});
    std::copy_n(x + iy * g.in_w * x_.stride, inside, copy + left);
    std::fill(copy + left + inside, copy + size, X{});
  }
  const auto row = [&](int64_t iy) { return copies + (iy - top) * size; };
  for (int64_t oy = first; oy < last; ++oy)
    RunRowsOf(padded_, oy, 1, row, y + oy * g.out_w * y_.stride, {});
}

template <class X, class Y>
void DepthwiseStep<X, Y>::RunDepthwise(const Work& work, const RunConstants& run) const {
  const int64_t rows = geometry_.out_h;
  const int64_t tasks = (rows + kRowsPerTask - 1) / kRowsPerTask;
  work.team.ForEach(work.images() * tasks, [&](int64_t i, int worker) {
    const int64_t image = work.first_image + i / tasks;
    const X* const x = work.state.At<const X>(x_, image);
    Y* const y = work.state.At<Y>(y_, image);
    const auto row = [&](int64_t iy) { return x + iy * x_.width * x_.stride; };
    const int64_t last = std::min(rows, (i % tasks + 1) * kRowsPerTask);
    const int64_t first = i % tasks * kRowsPerTask;
    if (pads_rows_) return RunPadded(x, y, first, last, work.state.ScratchOf(worker));
    for (int64_t oy = first; oy < last; oy += rows_at_once()) {
      RunRows(oy, std::min(rows_at_once(), last - oy), row, y + oy * geometry_.out_w * y_.stride,
              run);
    }
  });
}

template class DepthwiseStep<uint8_t>;
template class DepthwiseStep<float>;
template class DepthwiseStep<uint8_t, float>;

}  // namespace quantbench::engine
