// SPDX-License-Identifier: Apache-2.0
// Affine quantisation by PyTorch's formula.
#include "quantize/affine_quantize.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "quantize/channel_axis.h"
#include "quantize/range.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// Quantises one value after another with the same qparams.
class Quantizer {
 public:
  Quantizer(const QParams& qparams, IntegerRange integers, std::string_view tensor)
      : inverse_(1.0f / qparams.scale),
        lo_(static_cast<float>(integers.min - qparams.zero_point)),
        hi_(static_cast<float>(integers.max - qparams.zero_point)),
        zero_point_(qparams.zero_point) {
    const std::string name = "tensor '" + std::string(tensor) + "': ";
    if (!(qparams.scale > 0.0f) || !std::isfinite(qparams.scale) || !std::isfinite(inverse_)) {
      throw Error(name + "scale " + std::to_string(qparams.scale) +
                  " can't be used; a scale is positive and finite, and so is its inverse");
    }
    if (zero_point_ < integers.min || zero_point_ > integers.max) {
      throw Error(name + "zero point " + std::to_string(zero_point_) + " is outside " +
                  std::to_string(integers.min) + ".." + std::to_string(integers.max) +
                  "; 0 would not be one of the values");
    }
  }

  // Clamping before the conversion equals clamping behind it, and is defined for every product.
  int32_t operator()(float value) const {
    return static_cast<int32_t>(std::clamp(std::nearbyint(value * inverse_), lo_, hi_)) +
           zero_point_;
  }

 private:
  float inverse_, lo_, hi_;
  int32_t zero_point_;
};

ChannelLayout CheckedLayout(const Shape& shape, size_t values, int axis, size_t qparams,
                            std::string_view tensor) {
  const ChannelLayout layout = LayoutOf(shape, axis, tensor);
  if (layout.outer * layout.channels * layout.inner != values)
    throw std::logic_error("a tensor has another number of values than its shape");
  if (layout.channels == qparams) return layout;
  throw Error("tensor '" + std::string(tensor) + "' has " + CountText(layout.channels, "channel") +
              " along axis " + std::to_string(axis) + " of " + ToString(shape) + ", but " +
              CountText(qparams, "scale") + " and zero points are given; give one per channel");
}

}  // namespace

ChannelLayout LayoutOf(const Shape& shape, int axis, std::string_view tensor) {
  const auto rank = static_cast<int>(shape.size());
  if (axis < 0 || axis >= rank) {
    throw Error("tensor '" + std::string(tensor) + "' of shape " + ToString(shape) +
                " has no channel axis " + std::to_string(axis) +
                (rank == 0 ? "; a scalar has none" : "; choose 0.." + std::to_string(rank - 1)));
  }
  ChannelLayout layout;
  for (int d = 0; d < rank; ++d) {
    const auto extent = static_cast<size_t>(shape[static_cast<size_t>(d)]);
    (d < axis ? layout.outer : d == axis ? layout.channels : layout.inner) *= extent;
  }
  return layout;
}

std::vector<int32_t> AffineQuantize(std::span<const float> values, const QParams& qparams,
                                    IntegerRange integers, std::string_view tensor) {
  RequireFinite(values, tensor);
  const Quantizer quantize(qparams, integers, tensor);
  std::vector<int32_t> quantized(values.size());
  std::transform(values.begin(), values.end(), quantized.begin(), quantize);
  return quantized;
}

std::vector<int32_t> AffineQuantize(const FloatTensor& values, std::span<const QParams> qparams,
                                    int axis, IntegerRange integers, std::string_view tensor) {
  RequireFinite(values.values, tensor);
  const ChannelLayout layout =
      CheckedLayout(values.shape, values.values.size(), axis, qparams.size(), tensor);
  std::vector<Quantizer> quantizers;
  for (const QParams& one : qparams) quantizers.emplace_back(one, integers, tensor);
  std::vector<int32_t> quantized(values.values.size());
  for (size_t i = 0; i < quantized.size(); ++i) {
    quantized[i] = quantizers[layout.ChannelOf(i)](values.values[i]);
  }
  return quantized;
}

std::vector<float> AffineDequantize(std::span<const int32_t> integers, const QParams& qparams) {
  std::vector<float> values;
  values.reserve(integers.size());
  for (const int32_t q : integers)
    values.push_back(static_cast<float>(q - qparams.zero_point) * qparams.scale);
  return values;
}

std::vector<float> AffineDequantize(std::span<const int32_t> integers, const Shape& shape,
                                    std::span<const QParams> qparams, int axis,
                                    std::string_view tensor) {
  const ChannelLayout layout = CheckedLayout(shape, integers.size(), axis, qparams.size(), tensor);
  std::vector<float> values(integers.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const QParams& own = qparams[layout.ChannelOf(i)];
    values[i] = static_cast<float>(integers[i] - own.zero_point) * own.scale;
  }
  return values;
}

}  // namespace quantbench
