// SPDX-License-Identifier: Apache-2.0
// Ranges, kurtosis and histogram of float weights; what of the integers they use.
#include "diagnose/weight_facts.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace quantbench {
namespace {

constexpr size_t kWeightBins = 64, kMostRanges = 256;

// The median of values that are sorted, the upper one of two.
double SortedMedian(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

// The fourth central moment over the squared second: 3 for a normal distribution.
double KurtosisOf(const std::vector<float>& values) {
  const auto count = static_cast<double>(values.size());
  double mean = 0, second = 0, fourth = 0;
  for (const float v : values) mean += static_cast<double>(v);
  mean /= count;
  for (const float v : values) {
    const double square = (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
    second += square;
    fourth += square * square;
  }
  return second > 0 ? fourth * count / (second * second) : 0;
}

std::vector<int64_t> HistogramOf(const std::vector<float>& values, double limit) {
  std::vector<int64_t> bins(kWeightBins, 0);
  for (const float v : values) {
    const double place = limit > 0 ? (static_cast<double>(v) / limit + 1) / 2 : 0.5;
    const auto bin = static_cast<size_t>(place * static_cast<double>(kWeightBins));
    ++bins[std::min(bin, kWeightBins - 1)];
  }
  return bins;
}

// Magnitudes, the widest channel first, of so many channels evenly spaced.
std::vector<double> WidestFirst(std::vector<double> ranges) {
  std::ranges::reverse(ranges);
  if (ranges.size() <= kMostRanges) return ranges;
  std::vector<double> some;
  for (size_t i = 0; i < kMostRanges; ++i)
    some.push_back(ranges[i * (ranges.size() - 1) / (kMostRanges - 1)]);
  return some;
}

// What the integers make of the weights.
void DescribeIntegers(const QuantizedWeights& integers, const std::vector<double>& ranges,
                      LayerWeights& facts) {
  const size_t channels = ranges.size();
  const size_t per_channel = integers.weight.size() / channels;
  std::vector<double> used;
  int64_t lost = 0;
  for (size_t c = 0; c < channels; ++c) {
    int largest = 0;
    for (size_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
      largest = std::max(largest, std::abs(int{integers.weight[i]}));
    used.push_back(100.0 * std::min(largest, 127) / 127);
    lost += largest == 0 && ranges[c] > 0 ? 1 : 0;
  }
  std::ranges::sort(used);
  facts.median_channel_percent = SortedMedian(used);
  facts.lost_channels = lost;
  facts.weight_scale = static_cast<double>(*std::ranges::max_element(integers.scales));
  double bias = 1;
  for (const int32_t b : integers.bias) bias = std::max(bias, std::abs(static_cast<double>(b)));
  if (!integers.bias.empty()) facts.bias_headroom_bits = std::log2(2147483647.0 / bias);
}

}  // namespace

LayerWeights DescribeWeights(const QuantizedGraph& quantized, size_t n) {
  LayerWeights facts;
  const Weighted* const layer = WeightsOf(quantized.graph->nodes[n].op);
  if (layer == nullptr) return facts;
  const std::vector<float>& values = layer->weight.values;
  const auto channels = static_cast<size_t>(layer->weight.shape[0]);
  const size_t per_channel = values.size() / channels;
  std::vector<double> ranges;
  for (size_t c = 0; c < channels; ++c) {
    double range = 0;
    for (size_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
      range = std::max(range, std::abs(static_cast<double>(values[i])));
    ranges.push_back(range);
  }
  const QuantizedWeights& integers = quantized.weights[n];
  if (!integers.weight.empty()) DescribeIntegers(integers, ranges, facts);
  std::ranges::sort(ranges);
  facts.weight_limit = ranges.back();
  const double median = SortedMedian(ranges);
  if (median > 0) facts.channel_ratio = ranges.back() / median;
  facts.weight_kurtosis = KurtosisOf(values);
  facts.weight_histogram = HistogramOf(values, facts.weight_limit);
  facts.channel_ranges = WidestFirst(std::move(ranges));
  return facts;
}

int64_t WeightBytes(const QuantizedGraph& quantized, size_t n) {
  const Weighted* const layer = WeightsOf(quantized.graph->nodes[n].op);
  if (layer == nullptr) return 0;
  const QuantizedWeights& integers = quantized.weights[n];
  const auto count = [](const auto& list) { return static_cast<int64_t>(list.size()); };
  const int64_t bias = 4 * count(layer->bias);
  if (integers.weight.empty()) return 4 * count(layer->weight.values) + bias;
  return count(integers.weight) + 4 * count(integers.scales) + bias;
}

}  // namespace quantbench
