// SPDX-License-Identifier: Apache-2.0
// percentile, entropy and mse against their definitions, computed the long way.
#include "quantize/range_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "quantize/affine_quantize.h"
#include "quantize/qparams.h"
#include "quantize/statistic.h"

namespace quantbench {
namespace {

struct Sample {
  std::string reason;
  std::vector<float> values;
};

// Sums of uniform numbers: bell-shaped, without a library's random distributions.
std::vector<float> Bell(size_t count, float centre, float width) {
  std::vector<float> values;
  uint32_t state = 99;
  for (size_t i = 0; i < count; ++i) {
    float sum = 0.0f;
    for (int k = 0; k < 6; ++k) {
      state = state * 1664525u + 1013904223u;
      sum += static_cast<float>(state >> 8) / static_cast<float>(1 << 24) - 0.5f;
    }
    values.push_back(centre + width * sum);
  }
  return values;
}

std::vector<Sample> Samples() {
  std::vector<Sample> samples{{"both sides", Bell(3000, 0.4f, 1.5f)},
                              {"outliers at both ends", Bell(3000, 0.0f, 1.0f)},
                              {"ReLU: half zeros", Bell(3000, 0.1f, 2.0f)},
                              {"negative", Bell(1000, -20.0f, 3.0f)},
                              {"few values", {-1.0f, 0.25f, 0.5f, 3.0f}},
                              {"one value", {2.5f}},
                              {"zeros", {0.0f, 0.0f}}};
  samples[1].values.insert(samples[1].values.end(), {-9.0f, 25.0f});
  for (float& value : samples[2].values) value = std::max(value, 0.0f);
  return samples;
}

ValueHistogram HistogramOf(const std::vector<float>& values) {
  HistogramStatistic statistic(1024);
  ThreadPool alone(1);
  statistic.Add(values, *FiniteRange(values), alone);
  return statistic.values();
}

TEST_CASE("a value histogram counts each value in its bin, batch by batch or at once") {
  for (const Sample& sample : Samples()) {
    CAPTURE(sample.reason);
    const ValueHistogram histogram = HistogramOf(sample.values);
    CHECK(histogram.total() == sample.values.size());
    std::vector<uint64_t> counts(histogram.counts().size(), 0);
    for (const float value : sample.values) {
      const double bin = std::floor(static_cast<double>(value) / histogram.width());
      ++counts[static_cast<size_t>(bin - histogram.first())];
    }
    CHECK(histogram.counts() == counts);
    HistogramStatistic one_by_one(1024);
    ThreadPool alone(1);
    for (const float value : sample.values)
      one_by_one.Add({&value, 1}, {.min = value, .max = value}, alone);
    CHECK(one_by_one.values().counts() == counts);
    CHECK(one_by_one.values().exponent() == histogram.exponent());
  }
}

TEST_CASE("percentile leaves out as many values as it may, and no more") {
  for (const Sample& sample : Samples()) {
    for (const double percentile : {100.0, 99.9, 90.0, 51.0}) {
      CAPTURE(sample.reason);
      CAPTURE(percentile);
      ObserverSpec spec{.name = "percentile"};
      spec.percentile = percentile;
      const ValueHistogram histogram = HistogramOf(sample.values);
      const Range range = PercentileRange(histogram, spec);
      const auto width = static_cast<float>(histogram.width());
      const auto outside = [&](float lo, float hi) {
        const auto below = std::count_if(sample.values.begin(), sample.values.end(),
                                         [&](float v) { return v < lo; });
        const auto above = std::count_if(sample.values.begin(), sample.values.end(),
                                         [&](float v) { return v > hi; });
        return std::pair(below, above);
      };
      const double allowed = static_cast<double>(sample.values.size()) * (100.0 - percentile) / 200;
      const auto [below, above] = outside(range.min, range.max);
      CHECK(static_cast<double>(below) <= allowed);
      CHECK(static_cast<double>(above) <= allowed);
      const auto [more_below, more_above] = outside(range.min + width, range.max - 1.001f * width);
      CHECK(static_cast<double>(more_below) > std::floor(allowed));
      CHECK(static_cast<double>(more_above) > std::floor(allowed));

      spec.scheme = QuantizationScheme::kSymmetric;
      const Range symmetric = PercentileRange(histogram, spec);
      const float magnitude = std::max(-symmetric.min, symmetric.max);
      const auto beyond = [&](float limit) {
        return static_cast<double>(std::count_if(sample.values.begin(), sample.values.end(),
                                                 [&](float v) { return std::abs(v) > limit; }));
      };
      CHECK(beyond(magnitude) <= 2 * allowed);
      CHECK(beyond(magnitude - 1.001f * width) > std::floor(2 * allowed) - 0.5);
    }
  }
}

// Sum of squared errors of the values themselves.
double ErrorOf(const std::vector<float>& values, const Range& range, const ObserverSpec& spec) {
  const QParams qparams = ComputeQParams(range.min, range.max, spec);
  std::vector<float> clipped;
  for (const float value : values) clipped.push_back(std::clamp(value, range.min, range.max));
  const std::vector<float> restored =
      AffineDequantize(AffineQuantize(clipped, qparams, IntegersOf(spec.dtype)), qparams);
  double sum = 0.0;
  for (size_t i = 0; i < values.size(); ++i) sum += std::pow(double{values[i]} - restored[i], 2);
  return sum;
}

TEST_CASE("mse finds the least error on its grid") {
  for (const Sample& sample : Samples()) {
    for (const char* options : {"mse", "mse+reduce_range", "mse+dtype=qint8+scheme=symmetric",
                                "mse+dtype=qint8+quant_min=-8+quant_max=7"}) {
      CAPTURE(sample.reason);
      CAPTURE(options);
      const ObserverSpec spec = ParseObserverSpec(options);
      const bool symmetric = spec.scheme == QuantizationScheme::kSymmetric;
      const ValueHistogram histogram = HistogramOf(sample.values);
      const Range found = MseRange(histogram, spec);
      float lo = std::min(histogram.range().min, 0.0f), hi = std::max(histogram.range().max, 0.0f);
      if (symmetric) hi = std::max(-lo, hi);
      double least = std::numeric_limits<double>::infinity();
      for (int i = 1; i <= 64; ++i) {
        for (int j = 1; j <= 64; ++j) {
          const Range range{
              .min = symmetric ? -hi * static_cast<float>(i) / 64 : lo * static_cast<float>(j) / 64,
              .max = hi * static_cast<float>(i) / 64};
          least = std::min(least, ErrorOf(sample.values, range, spec));
          if (symmetric || lo == 0.0f) break;
        }
      }
      // Bins stand for their values: within what a bin's width can change.
      const double bin = histogram.width() / 2;
      const double count = static_cast<double>(sample.values.size());
      const double slack = 0.02 * least + count * bin * bin;
      CHECK(ErrorOf(sample.values, found, spec) <= least + slack);
    }
  }
}

// KL(P || Q) of bins first..last by the definition in range_search.h.
double SlowDivergence(const ValueHistogram& histogram, int first, int last, int levels) {
  const auto count = [&](int bin) {
    return bin == 0 ? 0.0 : static_cast<double>(histogram.CountOf(bin));
  };
  std::vector<double> p, own;
  for (int bin = first; bin <= last; ++bin) own.push_back(count(bin));
  p = own;
  for (int bin = histogram.first(); bin < first; ++bin) p.front() += count(bin);
  for (int bin = last + 1; bin <= histogram.last(); ++bin) p.back() += count(bin);
  double p_sum = 0.0, q_sum = 0.0;
  for (size_t i = 0; i < p.size(); ++i) {
    p_sum += p[i];
    q_sum += own[i];
  }
  const size_t groups = std::min(static_cast<size_t>(levels), p.size());
  double divergence = 0.0;
  for (size_t g = 0; g < groups; ++g) {
    const size_t begin = g * p.size() / groups, end = (g + 1) * p.size() / groups;
    double sum = 0.0, filled = 0.0;
    for (size_t i = begin; i < end; ++i) {
      sum += own[i];
      filled += p[i] > 0 ? 1.0 : 0.0;
    }
    for (size_t i = begin; i < end; ++i) {
      if (p[i] == 0) continue;
      const double q = std::max(sum, 0.5) / filled;
      divergence += p[i] / p_sum * std::log((p[i] / p_sum) / (q / q_sum));
    }
  }
  return q_sum == 0.0 ? std::numeric_limits<double>::infinity() : divergence;
}

TEST_CASE("entropy finds the least divergence among its magnitudes") {
  for (const Sample& sample : Samples()) {
    for (const char* options :
         {"entropy", "entropy+reduce_range", "entropy+dtype=qint8+quant_min=-8+quant_max=7"}) {
      CAPTURE(sample.reason);
      CAPTURE(options);
      const ObserverSpec spec = ParseObserverSpec(options);
      const IntegerRange integers = IntegersOf(spec);
      const int levels = integers.max - integers.min + 1;
      const ValueHistogram histogram = HistogramOf(sample.values);
      const Range seen = histogram.range();
      const auto bin_of = [&](float v) {
        return static_cast<int>(std::floor(double{v} / histogram.width()));
      };
      const int lowest = bin_of(std::min(seen.min, 0.0f)),
                highest = bin_of(std::max(seen.max, 0.0f));
      const int largest = std::max(-lowest, highest + 1);
      Range best = seen;
      double least = std::numeric_limits<double>::infinity();
      for (int m = largest; m > 0; m -= std::max(1, largest / 128)) {
        const int first = std::max(lowest, -m), last = std::min(highest, m - 1);
        if (m < largest && last - first + 1 < levels) break;
        const double divergence = SlowDivergence(histogram, first, last, levels);
        if (divergence >= least - 1e-9) continue;
        least = divergence;
        best = {.min = std::max(static_cast<float>(first * histogram.width()), seen.min),
                .max = std::min(static_cast<float>((last + 1) * histogram.width()), seen.max)};
      }
      CHECK(EntropyRange(histogram, spec) == best);
    }
  }
}

TEST_CASE("the zeros of ReLU don't move the range that entropy finds") {
  std::vector<float> values = Bell(3000, 0.1f, 2.0f);
  std::erase_if(values, [](float v) { return v < 0.05f; });
  const ObserverSpec spec = ParseObserverSpec("entropy");
  const Range without = EntropyRange(HistogramOf(values), spec);
  values.resize(3 * values.size(), 0.0f);
  CHECK(EntropyRange(HistogramOf(values), spec).max == without.max);
}

TEST_CASE("outliers are clipped by all three, and nothing is where nothing should be") {
  std::vector<float> values = Bell(20'000, 0.0f, 1.0f);
  values.push_back(60.0f);
  const ValueHistogram histogram = HistogramOf(values);
  CHECK(PercentileRange(histogram, ParseObserverSpec("percentile")).max < 5.0f);
  CHECK(EntropyRange(histogram, ParseObserverSpec("entropy")).max < 30.0f);
  CHECK(MseRange(histogram, ParseObserverSpec("mse")).max < 60.0f);
}

}  // namespace
}  // namespace quantbench
