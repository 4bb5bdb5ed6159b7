// SPDX-License-Identifier: Apache-2.0
// Depthwise convolutions: one filter for each channel.
#pragma once

#include "aligned.h"
#include "conv_step.h"

namespace quantbench::engine {

// Whether the layer is depthwise in the form that the kernels have.
bool IsDepthwise(const ConvSource& source);

// X -> Y as in ConvStep.
template <class X, class Y = X>
class DepthwiseStep : public Step {
 public:
  explicit DepthwiseStep(const ConvSource& source, const Value* constants = nullptr);

  void Run(const Work& work) const override;
  int64_t scratch_bytes() const override;

  // How many output rows are best computed at once: 1 or 2.
  int64_t rows_at_once() const { return row_pairs_ ? 2 : 1; }

  // Output rows oy and, where `count` is 2, oy + 1. row(y) is the address of input row y, which
  // lies inside the image.
  template <class Row>
  void RunRows(int64_t oy, int64_t count, const Row& row, Y* y,
               const RunConstants& run = {}) const {
    RunRowsOf(geometry_, oy, count, row, y, run);
  }
  const Geometry& geometry() const { return geometry_; }
  const Value& x() const { return x_; }
  const Value& y() const { return y_; }

  static constexpr int64_t kMostRows = 64;  // kernel height that the kernels take

 private:
  // Columns as in `columns`, which is the image's geometry or that of rows with their padding.
  template <class Row>
  void RunRowsOf(const Geometry& columns, int64_t oy, int64_t count, const Row& row, Y* y,
                 const RunConstants& run) const {
    const X* rows[kMostRows];
    const int64_t needed = RowsNeeded();
    for (int64_t i = 0; i < needed; ++i) {
      const int64_t iy = oy * geometry_.sy - geometry_.top + i * geometry_.dy;
      const bool read = i < geometry_.kh + count - 1 && iy >= 0 && iy < geometry_.in_h;
      rows[i] = read ? row(iy) : PaddingRow(run);
    }
    Compute(columns, rows, y, count == 2 ? y + geometry_.out_w * y_.stride : nullptr, run);
  }
  int64_t RowsNeeded() const;
  static constexpr bool kDynamic = !std::is_same_v<X, Y>;

  const X* PaddingRow(const RunConstants& run) const {
    if constexpr (kDynamic) return run.padding;
    return padding_row_.data();
  }
  void Compute(const Geometry& columns, const X* const* rows, Y* y0, Y* y1,
               const RunConstants& run) const;
  void RunDepthwise(const Work& work, const RunConstants& run) const;
  void RunPadded(const X* x, Y* y, int64_t first, int64_t last, std::byte* scratch) const;
  SumStart StartOf(const ConvSource& source, int64_t o, int64_t output) const;
  int64_t ChannelOf(int64_t block, int64_t channel) const;
  void PackU8(const ConvSource& source);
  void PackLanesU8(const ConvSource& source, int64_t blocks, int64_t outputs);
  void PackCaps(const ConvSource& source, int64_t blocks);
  const Y* caps() const { return caps_.size() == 0 ? nullptr : caps_.data(); }
  void PackF32(const ConvSource& source);

  const Kernels& kernels_;
  Geometry geometry_;
  const Value& x_;
  const Value& y_;
  Geometry padded_;  // of rows that are copied with their padding
  bool pads_rows_;
  bool row_pairs_ = false;
  AlignedArray<std::byte> weights_;
  AlignedArray<int32_t> bias_;
  AlignedArray<float> multiplier_;  // the biases of float layers
  AlignedArray<SumStart> starts_;   // dynamic layers, see ConvBlock
  AlignedArray<float> float_bias_;
  AlignedArray<X> padding_row_;
  StageU8 stage_{};
  float lo_ = 0, hi_ = 0;
  AlignedArray<Y> caps_;  // packed like the multipliers, bytes in order; empty: none
  const Value* constants_ = nullptr;
  RunConstantsSize constants_size_;
};

// The room that a dynamic layer's run constants need; `x` is its quantised input.
RunConstantsSize ConstantsOfDepthwise(const Kernels& kernels, const Value& x);

}  // namespace quantbench::engine
