// SPDX-License-Identifier: Apache-2.0
// Packs and runs depthwise convolutions.
#include "depthwise_step.h"

#include "quantbench/arithmetic.hpp"

namespace quantbench::engine {
namespace {

constexpr int64_t kRowsPerTask = 8;

}  // namespace

bool IsDepthwise(const ConvSource& source) {
  const qb_node& node = source.node;
  return node.op == QB_CONV && node.groups > 1 && node.groups == source.x.channels &&
         node.groups == source.y.channels && source.weight.dims[2] <= 60;
}

template <class T>
DepthwiseStep<T>::DepthwiseStep(const ConvSource& source)
    : kernels_(source.kernels),
      geometry_(GeometryOf(source.node, source.x, source.y, source.weight.dims[2],
                           source.weight.dims[3])),
      x_(source.x),
      y_(source.y),
      padding_row_(static_cast<size_t>(x_.width * x_.stride)) {
  const Geometry& g = geometry_;
  if constexpr (sizeof(T) == 1) {
    row_pairs_ = g.kh <= 3 && g.kw == 3 && g.sy == 1 && g.sx == 1 && g.dy == 1 && g.dx == 1;
    std::fill_n(padding_row_.data(), padding_row_.size() + 64, static_cast<T>(x_.zero_point()));
    stage_ = StageOf(source.node.activation, y_);
    PackU8(source);
  } else {
    FloatRange(source.node.activation, &lo_, &hi_);
    PackF32(source);
  }
}

template <class T>
void DepthwiseStep<T>::PackU8(const ConvSource& source) {
  const Geometry& g = geometry_;
  const auto* const w = static_cast<const int8_t*>(source.weight.data);
  const auto* const bias = static_cast<const int32_t*>(source.bias.data);
  const int lanes = kernels_.lanes;
  const int64_t block = 4 * lanes;
  const int64_t blocks = (x_.stride + block - 1) / block;
  const int64_t groups = (g.kh + 3) / 4;
  const int64_t outputs = row_pairs_ ? 2 : 1;
  const int64_t vector_bytes = PackedVectorBytes(kernels_);
  weights_ = AlignedArray<std::byte>(
      static_cast<size_t>(blocks * outputs * groups * g.kw * 4 * vector_bytes));
  bias_ = AlignedArray<int32_t>(static_cast<size_t>(blocks * block));
  multiplier_ = AlignedArray<float>(static_cast<size_t>(blocks * block));
  std::byte* out = weights_.data();
  for (int64_t b = 0; b < blocks; ++b) {
    // The last block overlaps its neighbour rather than being narrower; see kernels/depthwise_u8.h.
    const bool overlaps = b == blocks - 1 && x_.stride >= block;
    const int64_t first = overlaps ? x_.stride - block : b * block;
    // Where two pixels fill a block, its second half is the second pixel's.
    const auto channel_of = [&](int64_t channel) {
      return 2 * x_.stride == block ? channel % x_.stride : first + channel;
    };
    const auto weight = [&](int64_t channel, int64_t ky, int64_t kx) {
      const int64_t o = channel_of(channel);
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
    PackLanes(
        4, lanes,
        [&](int64_t channel) {
          const int64_t o = channel_of(channel);
          if (o >= x_.channels) return int32_t{0};
          int64_t sum = 0;
          for (int64_t i = 0; i < g.taps(); ++i) sum += w[o * g.taps() + i];
          return static_cast<int32_t>(static_cast<uint32_t>(bias[o] - x_.zero_point() * sum));
        },
        &bias_[static_cast<size_t>(b * block)]);
    PackLanes(
        4, lanes,
        [&](int64_t channel) {
          const int64_t o = channel_of(channel);
          if (o >= x_.channels) return 0.0f;
          const float s_w = source.weight.scales[source.weight.num_qparams == 1 ? 0 : o];
          return plugin::ConvMultiplier(x_.scale(), s_w, y_.scale());
        },
        &multiplier_[static_cast<size_t>(b * block)]);
  }
}

template <class T>
void DepthwiseStep<T>::PackF32(const ConvSource& source) {
  const int64_t taps = geometry_.taps(), lanes = kernels_.lanes;
  const auto* const w = static_cast<const float*>(source.weight.data);
  weights_ = AlignedArray<std::byte>(static_cast<size_t>(x_.stride * taps) * sizeof(float));
  multiplier_ = AlignedArray<float>(static_cast<size_t>(x_.stride));
  auto* const packed = reinterpret_cast<float*>(weights_.data());
  for (int64_t c = 0; c < x_.channels; ++c) {
    multiplier_[static_cast<size_t>(c)] = static_cast<const float*>(source.bias.data)[c];
    for (int64_t tap = 0; tap < taps; ++tap)
      packed[(c / lanes * taps + tap) * lanes + c % lanes] = w[c * taps + tap];
  }
}

template <class T>
int64_t DepthwiseStep<T>::RowsNeeded() const {
  return sizeof(T) == 1 ? (geometry_.kh + 3) / 4 * 4 : geometry_.kh;
}

template <class T>
void DepthwiseStep<T>::Compute(const T* const* rows, T* y0, T* y1) const {
  const Geometry& g = geometry_;
  if constexpr (sizeof(T) == 1) {
    kernels_.depthwise_u8({.rows = rows,
                           .row_groups = static_cast<int32_t>((g.kh + 3) / 4),
                           .kernel_width = static_cast<int32_t>(g.kw),
                           .stride = static_cast<int32_t>(g.sx),
                           .dilation = static_cast<int32_t>(g.dx),
                           .left = static_cast<int32_t>(g.left),
                           .in_width = static_cast<int32_t>(g.in_w),
                           .out_width = static_cast<int32_t>(g.out_w),
                           .channels = static_cast<int32_t>(x_.stride),
                           .input_zero = x_.zero_point(),
                           .row_pairs = row_pairs_ ? 1 : 0,
                           .weights = weights_.data(),
                           .bias = bias_.data(),
                           .multiplier = multiplier_.data(),
                           .y = {y0, y1},
                           .stage = stage_});
  } else {
    kernels_.depthwise_f32({.rows = rows,
                            .kernel_height = static_cast<int32_t>(g.kh),
                            .kernel_width = static_cast<int32_t>(g.kw),
                            .stride = static_cast<int32_t>(g.sx),
                            .dilation = static_cast<int32_t>(g.dx),
                            .left = static_cast<int32_t>(g.left),
                            .in_width = static_cast<int32_t>(g.in_w),
                            .out_width = static_cast<int32_t>(g.out_w),
                            .channels = static_cast<int32_t>(x_.stride),
                            .weights = reinterpret_cast<const float*>(weights_.data()),
                            .bias = multiplier_.data(),
                            .y = y0,
                            .lo = lo_,
                            .hi = hi_});
  }
}

template <class T>
void DepthwiseStep<T>::Run(const Work& work) const {
  const int64_t rows = geometry_.out_h;
  const int64_t tasks = (rows + kRowsPerTask - 1) / kRowsPerTask;
  work.team.ForEach(work.images() * tasks, [&](int64_t i, int /*worker*/) {
    const int64_t image = work.first_image + i / tasks;
    const T* const x = work.state.At<const T>(x_, image);
    T* const y = work.state.At<T>(y_, image);
    const auto row = [&](int64_t iy) { return x + iy * x_.width * x_.stride; };
    const int64_t last = std::min(rows, (i % tasks + 1) * kRowsPerTask);
    for (int64_t oy = i % tasks * kRowsPerTask; oy < last; oy += rows_at_once()) {
      RunRows(oy, std::min(rows_at_once(), last - oy), row, y + oy * geometry_.out_w * y_.stride);
    }
  });
}

template class DepthwiseStep<uint8_t>;
template class DepthwiseStep<float>;

}  // namespace quantbench::engine
