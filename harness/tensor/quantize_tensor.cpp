// SPDX-License-Identifier: Apache-2.0
// Qparams for a tensor, the round trip, and its errors.
#include "tensor/quantize_tensor.h"

#include <cmath>

#include "quantize/affine_quantize.h"

#include "quantize/observer.h"
#include "quantize/per_channel_observer.h"
#include "quantize/qparams.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

std::optional<size_t> AxisOf(const FloatTensor& tensor, const TensorRecipe& recipe) {
  if (!recipe.axis) return std::nullopt;
  const auto dimensions = static_cast<int64_t>(tensor.shape.size());
  const int64_t axis = *recipe.axis < 0 ? *recipe.axis + dimensions : *recipe.axis;
  if (axis >= 0 && axis < dimensions) return static_cast<size_t>(axis);
  throw Error("--axis " + std::to_string(*recipe.axis) + ": a tensor of shape " +
              ToString(tensor.shape) + " has axes 0 to " + std::to_string(dimensions - 1));
}

float CheckedScale(double given) {
  const auto scale = static_cast<float>(given);
  if (scale > 0 && std::isfinite(scale) && std::isfinite(1 / scale)) return scale;
  throw Error("--scale " + TrimmedText(given, 9) +
              ": a scale is the step between two integers: positive and finite, also as a float32");
}

int32_t CheckedZeroPoint(double given, QuantizedDtype dtype) {
  const IntegerRange range = IntegersOf(dtype);
  if (given >= range.min && given <= range.max && given == std::trunc(given)) {
    return static_cast<int32_t>(given);
  }
  throw Error("--zero-point " + TrimmedText(given, 9) + ": it is the integer that stands for 0, " +
              std::to_string(range.min) + " to " + std::to_string(range.max) + " for " +
              std::string(ToString(dtype)));
}

void CheckCount(const char* option, size_t given, size_t channels,
                const std::optional<size_t>& axis, const Shape& shape) {
  if (given == channels) return;
  const std::string count =
      std::string(option) + " has " + std::to_string(given) + (given == 1 ? " value" : " values");
  if (!axis) {
    throw Error(count +
                ", but per tensor there is one; --axis N makes each index along dimension "
                "N a channel with its own");
  }
  throw Error(count + ", but there are " + CountText(channels, "channel") + " along axis " +
              std::to_string(*axis) + " of " + ToString(shape) + "; give one for each");
}

std::vector<QParams> GivenQParams(const TensorRecipe& recipe, size_t channels,
                                  const std::optional<size_t>& axis, const Shape& shape) {
  CheckCount("--scale", recipe.scale.size(), channels, axis, shape);
  if (!recipe.zero_point.empty()) {
    CheckCount("--zero-point", recipe.zero_point.size(), channels, axis, shape);
  }
  std::vector<QParams> qparams;
  for (size_t c = 0; c < channels; ++c) {
    qparams.push_back({.scale = CheckedScale(recipe.scale[c]), .zero_point = 0});
    if (!recipe.zero_point.empty()) {
      qparams.back().zero_point = CheckedZeroPoint(recipe.zero_point[c], recipe.dtype);
    }
  }
  return qparams;
}

std::vector<QParams> ObservedQParams(const FloatTensor& tensor, const ObserverSpec& spec,
                                     std::optional<int> axis) {
  if (axis) {
    PerChannelObserver observer(spec, *axis);
    observer.Observe(tensor);
    return observer.ComputeQParams();
  }
  Observer observer(spec);
  observer.Observe(tensor.values);
  return {observer.ComputeQParams()};
}

}  // namespace

QuantizedTensor QuantizeTensor(FloatTensor tensor, const TensorRecipe& recipe) {
  QuantizedTensor result{.dtype = recipe.observer ? recipe.observer->dtype : recipe.dtype,
                         .axis = AxisOf(tensor, recipe)};
  const std::optional<int> axis =
      result.axis ? std::optional(static_cast<int>(*result.axis)) : std::nullopt;
  if (axis) {
    result.layout = LayoutOf(tensor.shape, *axis, "tensor");
  } else {
    result.layout.inner = tensor.values.size();
  }
  if (recipe.observer) {
    result.observer = ToString(*recipe.observer);
    result.qparams = ObservedQParams(tensor, *recipe.observer, axis);
  } else {
    result.qparams = GivenQParams(recipe, result.layout.channels, result.axis, tensor.shape);
  }
  const IntegerRange range = IntegersOf(result.dtype);
  if (axis) {
    result.integers = AffineQuantize(tensor, result.qparams, *axis, range);
    result.dequantized = AffineDequantize(result.integers, tensor.shape, result.qparams, *axis);
  } else {
    result.integers = AffineQuantize(tensor.values, result.qparams.front(), range);
    result.dequantized = AffineDequantize(result.integers, result.qparams.front());
  }
  result.source = std::move(tensor);
  return result;
}

bool QuantizedTensor::IsClamped(size_t element) const {
  const IntegerRange range = IntegersOf(dtype);
  // A little more than half a step, which rounding alone can miss by.
  const double half = QParamsOf(element).scale * 0.5001;
  // Error is dequantised minus float: positive where the float lies below the least value.
  const double error = static_cast<double>(dequantized[element]) - source.values[element];
  return (integers[element] == range.min && error > half) ||
         (integers[element] == range.max && -error > half);
}

Interval Represented(QuantizedDtype dtype, const QParams& qparams) {
  const IntegerRange range = IntegersOf(dtype);
  const double scale = qparams.scale;
  return {.low = (range.min - qparams.zero_point) * scale,
          .high = (range.max - qparams.zero_point) * scale};
}

ErrorSummary SummarizeErrors(const QuantizedTensor& tensor, std::optional<size_t> channel) {
  ErrorSummary summary;
  double signal = 0, noise = 0;
  int64_t count = 0;
  for (size_t i = 0; i < tensor.integers.size(); ++i) {
    if (channel && tensor.ChannelOf(i) != *channel) continue;
    const double value = tensor.source.values[i];
    const double error = tensor.dequantized[i] - value;
    summary.largest = std::max(summary.largest, std::abs(error));
    signal += value * value;
    noise += error * error;
    summary.clamped += tensor.IsClamped(i) ? 1 : 0;
    ++count;
  }
  summary.rms = std::sqrt(noise / static_cast<double>(count));
  if (noise > 0) summary.sqnr_db = 10 * std::log10(signal / noise);
  return summary;
}

}  // namespace quantbench
