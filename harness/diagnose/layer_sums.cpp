// SPDX-License-Identifier: Apache-2.0
// Adds images up.
#include "diagnose/layer_sums.h"

#include <algorithm>
#include <cmath>

#include "diagnose/fake_quantize.h"

namespace quantbench {
namespace {

constexpr double kMostDb = 200;

double MedianOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Extremes {
  float min, max;
};

Extremes ExtremesOf(std::span<const float> values) {
  constexpr size_t kLanes = 8;  // that don't wait for each other
  std::array<float, kLanes> low, high;
  low.fill(values[0]);
  high.fill(values[0]);
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) {
      const float v = values[i + l];
      low[l] = v < low[l] ? v : low[l];
      high[l] = v > high[l] ? v : high[l];
    }
  }
  for (; i < values.size(); ++i) {
    low[0] = values[i] < low[0] ? values[i] : low[0];
    high[0] = values[i] > high[0] ? values[i] : high[0];
  }
  return {.min = *std::ranges::min_element(low), .max = *std::ranges::max_element(high)};
}

}  // namespace

double Power::SqnrDb() const {
  if (noise <= 0) return kMostDb;
  if (signal <= 0) return -kMostDb;
  return std::clamp(10 * std::log10(signal / noise), -kMostDb, kMostDb);
}

namespace {

// Of square(i) for i from 0 on.
template <class Square>
double SumOf(size_t count, const Square& square) {
  constexpr size_t kLanes = 8, kBlock = 64;
  double sum = 0;
  size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    std::array<float, kLanes> lanes{};
    for (size_t j = 0; j < kBlock; j += kLanes)
      for (size_t l = 0; l < kLanes; ++l) lanes[l] += square(i + j + l);
    for (const float lane : lanes) sum += static_cast<double>(lane);
  }
  for (; i < count; ++i) sum += static_cast<double>(square(i));
  return sum;
}

}  // namespace

double SquareSum(std::span<const float> values) {
  return SumOf(values.size(), [&](size_t i) { return values[i] * values[i]; });
}

double SquareSumOfDifferences(std::span<const float> a, std::span<const float> b) {
  return SumOf(a.size(), [&](size_t i) {
    const float difference = a[i] - b[i];
    return difference * difference;
  });
}

// Gives the sum of the reference's squares.
double LayerSums::AddChannels(const Outputs& outputs, int64_t channels) {
  double signal = 0;
  channels_.resize(static_cast<size_t>(channels));
  const size_t pixels = outputs.reference.size() / channels_.size();
  for (size_t c = 0; c < channels_.size(); ++c) {
    const auto of = [&](std::span<const float> all) { return all.subspan(c * pixels, pixels); };
    const Extremes extremes = ExtremesOf(of(outputs.reference));
    Channel& channel = channels_[c];
    channel.min = extremes.min;
    channel.max = extremes.max;
    const double own = SquareSum(of(outputs.reference));
    signal += own;
    if (outputs.both.empty()) continue;
    channel.both = {.signal = own,
                    .noise = SquareSumOfDifferences(of(outputs.reference), of(outputs.both))};
    both_ += channel.both;
  }
  return signal;
}

void LayerSums::Count(std::span<const float> values, const QParams& qparams) {
  const Grid grid(qparams);
  std::array<int32_t, 256> counts{};
  const int32_t steps = std::max(1, (qparams.most + 1) / 256);
  int64_t saturated = 0, zeros = 0;
  for (const float v : values) {
    const float level = grid.Level(v);
    ++counts[static_cast<size_t>((static_cast<int32_t>(level) + qparams.zero_point) / steps)];
    zeros += level == 0 ? 1 : 0;
    // More than the half step that every value may lose.
    const float beyond = v / grid.scale - level;
    saturated += beyond > 0.501f || beyond < -0.501f ? 1 : 0;
  }
  saturated_ += saturated;
  zeros_ += zeros;
  const auto used = static_cast<size_t>(qparams.most / steps + 1);
  for (size_t q = 0; q < used; ++q) histogram_[q * histogram_.size() / used] += counts[q];
}

void LayerSums::AddImage(const Outputs& outputs, int64_t channels, const QParams* qparams) {
  values_ += static_cast<int64_t>(outputs.reference.size());
  const double signal = AddChannels(outputs, channels);
  const auto compare = [&](std::span<const float> actual, Power& power, bool& has) {
    if (actual.empty()) return;
    has = true;
    power += {.signal = signal, .noise = SquareSumOfDifferences(outputs.reference, actual)};
  };
  compare(outputs.weights, weights_, has_weights_);
  compare(outputs.activations, activations_, has_activations_);
  compare(outputs.cumulative, cumulative_, has_cumulative_);
  has_both_ = !outputs.both.empty();
  if (qparams != nullptr) Count(outputs.reference, *qparams);
}

void LayerSums::Add(const LayerSums& other) {
  const bool first = channels_.empty();
  values_ += other.values_;
  saturated_ += other.saturated_;
  zeros_ += other.zeros_;
  weights_ += other.weights_;
  activations_ += other.activations_;
  both_ += other.both_;
  cumulative_ += other.cumulative_;
  has_weights_ |= other.has_weights_;
  has_activations_ |= other.has_activations_;
  has_both_ |= other.has_both_;
  has_cumulative_ |= other.has_cumulative_;
  for (size_t bin = 0; bin < histogram_.size(); ++bin) histogram_[bin] += other.histogram_[bin];
  if (first) {
    channels_ = other.channels_;
    return;
  }
  for (size_t c = 0; c < channels_.size(); ++c) {
    channels_[c].both += other.channels_[c].both;
    channels_[c].min = std::min(channels_[c].min, other.channels_[c].min);
    channels_[c].max = std::max(channels_[c].max, other.channels_[c].max);
  }
}

bool LayerSums::IsFinite() const { return std::isfinite(cumulative_.signal); }

LayerErrors LayerSums::Result(const QParams* qparams) const {
  LayerErrors errors;
  const auto sqnr = [](const Power& power, bool has) {
    return has ? std::optional(power.SqnrDb()) : std::nullopt;
  };
  errors.local_sqnr_db = sqnr(both_, has_both_);
  errors.local_weights_sqnr_db = sqnr(weights_, has_weights_);
  errors.local_activations_sqnr_db = sqnr(activations_, has_activations_);
  errors.cumulative_sqnr_db = sqnr(cumulative_, has_cumulative_);
  std::vector<double> channel_sqnr, ranges;
  errors.output_min = static_cast<double>(channels_.front().min);
  errors.output_max = static_cast<double>(channels_.front().max);
  for (const Channel& channel : channels_) {
    const auto min = static_cast<double>(channel.min), max = static_cast<double>(channel.max);
    errors.output_min = std::min(errors.output_min, min);
    errors.output_max = std::max(errors.output_max, max);
    errors.dead_channels += min == max ? 1 : 0;
    if (channel.both.signal > 0) channel_sqnr.push_back(channel.both.SqnrDb());
    if (min < max) ranges.push_back(std::max(std::abs(min), std::abs(max)));
  }
  if (has_both_ && !channel_sqnr.empty()) errors.local_channel_sqnr_db = MedianOf(channel_sqnr);
  if (!ranges.empty())
    errors.output_channel_ratio = *std::ranges::max_element(ranges) / MedianOf(ranges);
  if (qparams == nullptr) return errors;
  const auto percent = [&](int64_t count) {
    return 100.0 * static_cast<double>(count) / static_cast<double>(std::max<int64_t>(values_, 1));
  };
  const Grid grid(*qparams);
  const double used = static_cast<double>(grid.Level(static_cast<float>(errors.output_max)) -
                                          grid.Level(static_cast<float>(errors.output_min)));
  const auto scale = static_cast<double>(qparams->scale);
  errors.unused_percent = 100.0 * (qparams->most - used) / qparams->most;
  errors.saturated_percent = percent(saturated_);
  errors.zero_percent = percent(zeros_);
  errors.output_scale = scale;
  errors.output_zero_point = qparams->zero_point;
  if (has_both_)
    errors.rmse_per_scale = std::sqrt(both_.noise / static_cast<double>(values_)) / scale;
  errors.output_histogram.assign(histogram_.begin(), histogram_.end());
  errors.output_most = qparams->most;
  return errors;
}

}  // namespace quantbench
