// SPDX-License-Identifier: Apache-2.0
// The range of all values, then perhaps a search below it.
#include "quantize/weight_scales.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "quantize/observer.h"
#include "quantize/per_channel_observer.h"

namespace quantbench {
namespace {

constexpr int kLargestPercent = 100, kLeastPercent = 20;  // of the range of all values

std::vector<float> MinmaxScales(const std::string& name, const FloatTensor& weight,
                                const WeightRecipe& recipe) {
  ObserverSpec spec{.dtype = QuantizedDtype::kQint8, .scheme = QuantizationScheme::kSymmetric};
  const IntegerRange integers = IntegersOf(recipe);
  if (recipe.bits < 8) {
    spec.quant_min = integers.min;
    spec.quant_max = integers.max;
  }
  if (recipe.granularity == Granularity::kPerTensor) {
    Observer observer(spec, name);
    observer.Observe(weight.values);
    return {observer.ComputeQParams().scale};
  }
  PerChannelObserver observer(spec, /*axis=*/0, name);
  observer.Observe(weight);
  std::vector<float> scales;
  for (const QParams& channel : observer.ComputeQParams()) scales.push_back(channel.scale);
  return scales;
}

double SquaredError(std::span<const float> values, float scale, IntegerRange integers) {
  const float inverse = 1.0f / scale;
  const auto lo = static_cast<float>(integers.min), hi = static_cast<float>(integers.max);
  double sum = 0;
  for (const float w : values) {
    // lrintf rounds like rne and is one instruction where nearbyintf is a call.
    const auto q = static_cast<double>(std::lrintf(std::clamp(w * inverse, lo, hi)));
    const double off = q * double{scale} - double{w};
    sum += off * off;
  }
  return sum;
}

float BestScale(std::span<const float> values, float widest, IntegerRange integers) {
  float best = widest;
  double least = SquaredError(values, widest, integers);
  for (int percent = kLargestPercent - 1; percent >= kLeastPercent; --percent) {
    const float scale = widest * static_cast<float>(percent) / 100.0f;
    if (!std::isfinite(1.0f / scale)) break;
    const double error = SquaredError(values, scale, integers);
    if (error >= least) continue;
    least = error;
    best = scale;
  }
  return best;
}

}  // namespace

IntegerRange IntegersOf(const WeightRecipe& recipe) {
  const int half = 1 << (recipe.bits - 1);
  return {.min = -half, .max = half - 1};
}

std::vector<float> WeightScales(const std::string& name, const FloatTensor& weight,
                                const WeightRecipe& recipe) {
  std::vector<float> scales = MinmaxScales(name, weight, recipe);
  if (recipe.observer == WeightObserver::kMinmax) return scales;
  const IntegerRange integers = IntegersOf(recipe);
  const std::span<const float> all(weight.values);
  const size_t row = all.size() / scales.size();
  for (size_t i = 0; i < scales.size(); ++i)
    scales[i] = BestScale(all.subspan(i * row, row), scales[i], integers);
  return scales;
}

}  // namespace quantbench
