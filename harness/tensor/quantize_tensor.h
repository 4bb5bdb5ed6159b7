// SPDX-License-Identifier: Apache-2.0
// One tensor quantised and back, and how far the way back misses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/quantized_graph.h"
#include "quantize/channel_axis.h"
#include "recipe/observer_spec.h"
#include "tensor/tensor.h"

namespace quantbench {

// How to quantise: `scale` and `zero_point` as given, or what an observer chooses where there is
// one. With an axis each index along it is a channel with qparams of its own.
struct TensorRecipe {
  QuantizedDtype dtype = QuantizedDtype::kQuint8;  // the observer's own where there is one
  std::optional<int64_t> axis;                     // negative counts from the last, as NumPy does
  std::vector<double> scale;
  std::vector<double> zero_point;  // none: 0
  std::optional<ObserverSpec> observer;
};

struct QuantizedTensor {
  FloatTensor source;
  QuantizedDtype dtype = QuantizedDtype::kQuint8;
  std::optional<size_t> axis;
  ChannelLayout layout;           // one channel without an axis
  std::string observer;           // empty where qparams were given
  std::vector<QParams> qparams;   // one, or one a channel
  std::vector<int32_t> integers;  // like source.values
  std::vector<float> dequantized;

  size_t ChannelOf(size_t element) const { return layout.ChannelOf(element); }
  const QParams& QParamsOf(size_t element) const { return qparams[ChannelOf(element)]; }
  float ErrorOf(size_t element) const { return dequantized[element] - source.values[element]; }
  // Whether the value lay outside what the integers stand for.
  bool IsClamped(size_t element) const;
};

// Values outside the dtype's integers are clamped, also where the observer used a part of them, as
// PyTorch's quantize_per_tensor and quantize_per_channel do. Throws Error for qparams that can't be
// used: a scale that isn't positive and finite, a zero point outside the integers, an axis that
// isn't there, another number of scales or zero points than channels.
QuantizedTensor QuantizeTensor(FloatTensor tensor, const TensorRecipe& recipe);

// What the dtype's integers stand for: [(min - zero_point) * scale, (max - zero_point) * scale].
struct Interval {
  double low = 0, high = 0;
};
Interval Represented(QuantizedDtype dtype, const QParams& qparams);

struct ErrorSummary {
  double largest = 0;  // magnitude
  double rms = 0;
  std::optional<double> sqnr_db;  // 10 log10(sum x^2 / sum e^2); none without any error
  int64_t clamped = 0;
};
// Of one channel, or of all values.
ErrorSummary SummarizeErrors(const QuantizedTensor& tensor, std::optional<size_t> channel = {});

}  // namespace quantbench
