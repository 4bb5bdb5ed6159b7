// SPDX-License-Identifier: Apache-2.0
// Convolutions with more than one input channel a group, and linear layers, as matrix products.
#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>

#include "aligned.h"
#include "geometry.h"
#include "kernels.h"
#include "pack.h"
#include "run_constants.h"
#include "step.h"

namespace quantbench::engine {

// The kernels and the largest blocks that a convolution runs with.
struct Tiling {
  const Kernels& kernels;
  int columns;
};

// Dense layers take the widest there is. A block reads all channels of the groups that its output
// channels belong to, so groups of few channels take what multiplies them with the fewest zeros.
Tiling TilingOf(const Kernels& kernels, const qb_node& node, const qb_tensor& weight);

// Everything a convolution is made from.
struct ConvSource {
  const Kernels& kernels;
  const qb_node& node;
  const qb_tensor& weight;
  const qb_tensor& bias;
  const Value& x;
  const Value& y;                   // of the convolution itself, also where an addition follows
  const qb_tensor* caps = nullptr;  // of a cap behind it, whose result y then is
  int32_t largest = 255;            // that an integer of x can be, padding included
};

StageU8 StageOf(qb_activation activation, const Value& y);

// A limit per channel, for channels of padding the largest number. Of bytes inside the output's
// range, since kernels take it in place of that.
template <class T>
AlignedArray<T> CapsOf(const ConvSource& source, int64_t lanes) {
  constexpr bool kByte = sizeof(T) == 1;
  AlignedArray<T> caps(source.caps == nullptr ? 0 : static_cast<size_t>(lanes));
  T most = std::numeric_limits<T>::infinity();
  if constexpr (kByte) most = static_cast<T>(StageOf(source.node.activation, source.y).hi);
  std::fill_n(caps.data(), caps.size(), most);
  for (int64_t c = 0; source.caps != nullptr && c < source.y.channels; ++c)
    caps.data()[c] = std::min(static_cast<const T*>(source.caps->data)[c], most);
  return caps;
}

// A residual addition behind the convolution.
struct Residual {
  const qb_node& node;
  const Value& other;
  const Value& y;
};

// A block of output channels with its packed weights.
struct ConvBlock {
  int columns;
  int64_t first;                     // output channel
  int64_t window_first;              // first input channel that it reads
  int32_t steps_in_image;            // in each run, where the input is read in place
  std::vector<int32_t> run_offsets;  // elements from the receptive field's first pixel
  int64_t window;                    // elements of one tap that it reads
  bool whole_groups = false;         // u8: of four steps, in every run
  AlignedArray<std::byte> weights;   // [taps][window / k][columns][lanes]
  // Where sums of products are short: groups of steps, in the weights' order, and where each step
  // begins, in the image and in gathered fields.
  int32_t fours = 0, twos = 0, ones = 0;
  std::vector<int32_t> steps_in_place, steps_gathered;
  AlignedArray<int32_t> bias;  // bits of floats for float layers
  AlignedArray<float> multiplier;
  AlignedArray<SumStart> starts;   // dynamic layers, in place of `bias`;
  AlignedArray<float> float_bias;  // their multipliers are the weights' scales
};

// X -> Y is u8 -> u8, float -> float, or u8 -> float for a dynamically quantised layer, whose
// source.x is the quantised input without qparams and whose run constants lie in `constants`.
template <class X, class Y = X>
class ConvStep : public Step {
 public:
  ConvStep(const ConvSource& source, const std::optional<Residual>& residual,
           const Value* constants = nullptr);

  void Run(const Work& work) const override;
  int64_t scratch_bytes() const override;

  // Output pixels [first, last) of one image, all channels. x is the image, y and residual (or
  // NULL) are at pixel `first`.
  void RunPixels(const X* x, Y* y, const Y* residual, int64_t first, int64_t last,
                 std::byte* scratch, const RunConstants& run = {}) const;
  // The same for a pointwise layer, with x at its first pixel too.
  void RunPointwise(const X* x, Y* y, const Y* residual, int64_t count) const;
  const Geometry& geometry() const { return geometry_; }
  const Value& x() const { return x_; }
  const Value& y() const { return y_; }
  const Value* residual() const { return residual_; }

  static constexpr bool kDynamic = !std::is_same_v<X, Y>;

 private:
  // Rows of one matrix product: where they come from and go to.
  struct Rows {
    const X* x;
    int64_t x_step;
    Y* y;
    int64_t y_step;
    const Y* residual;
    int64_t residual_step;
    int64_t count;
    bool gathered;  // x holds the receptive fields side by side
    const RunConstants& run;
  };
  void Multiply(const ConvBlock& block, const Rows& rows) const;
  const Y* CapsOfBlock(const ConvBlock& block) const {
    return caps_.size() == 0 ? nullptr : caps_.data() + block.first;
  }
  void MultiplyPixels(const ConvBlock& block, const X* x, Y* y, const Y* residual, int64_t count,
                      const RunConstants& run) const;
  void RunBlock(const ConvBlock& block, const X* x, Y* y, const Y* residual, int64_t first,
                int64_t last, std::byte* scratch, const RunConstants& run) const;
  void Gather(const ConvBlock& block, const X* x, int64_t first, int64_t last, std::byte* scratch,
              const RunConstants& run) const;
  void MultiplyGathered(const ConvBlock& block, Y* y, const Y* residual, int64_t count,
                        std::byte* scratch, const RunConstants& run) const;
  bool SharesFields() const;
  void RunSharedFields(const Work& work, const RunConstants& run) const;
  bool PadsImages(const ConvSource& source) const;
  Geometry PaddedGeometry() const;
  int64_t PaddedRows() const;
  void PadRows(const X* x, int64_t first, int64_t count, X* out, const RunConstants& run) const;
  void RunPadded(const Work& work, const RunConstants& run) const;
  void RunSinglePixels(const Work& work, const RunConstants& run) const;
  void RunWeightsFirst(const Work& work, const RunConstants& run) const;
  void RunConv(const Work& work, const RunConstants& run) const;
  int64_t ChunkPixels() const;

  const Kernels& kernels_;
  Geometry geometry_;
  const Value& x_;
  const Value& y_;
  const Value* residual_ = nullptr;
  bool pads_images_ = false, shares_fields_ = false;
  std::vector<ConvBlock> blocks_;
  StageU8 stage_{};
  ResidualU8 residual_stage_{};
  float lo_ = 0, hi_ = 0, residual_lo_ = 0, residual_hi_ = 0;
  AlignedArray<Y> caps_;  // of all channels, in order; empty: none
  const Value* constants_ = nullptr;
  RunConstantsSize constants_size_;
};

// What a place outside the image holds.
template <class X, bool kDynamic>
X PaddingOf(const Value& x, const RunConstants& run) {
  if constexpr (kDynamic) return run.zero_point();
  if constexpr (sizeof(X) == 1) return static_cast<X>(x.zero_point());
  return X{};
}

// The room that a dynamic layer's run constants need.
RunConstantsSize ConstantsOfConv(const ConvSource& source);

// Whether the kernels give the defined bits: sums times multipliers stay inside int32.
bool FitsConv(const ConvSource& source);
bool FitsResidual(const Residual& residual, const Value& conv);

// Range of a float activation.
void FloatRange(qb_activation activation, float* lo, float* hi);

// The blocks of a convolution, packed; conv_pack.cpp.
std::vector<ConvBlock> PackConvU8(const ConvSource& source, const Geometry& geometry);
std::vector<ConvBlock> PackConvDynamic(const ConvSource& source, const Geometry& geometry);
std::vector<ConvBlock> PackConvF32(const ConvSource& source, const Geometry& geometry);

}  // namespace quantbench::engine
