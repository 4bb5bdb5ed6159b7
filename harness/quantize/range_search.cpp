// SPDX-License-Identifier: Apache-2.0
// Percentile and mean squared error; entropy is in entropy_search.cpp.
#include "quantize/range_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "quantize/qparams.h"

namespace quantbench {
namespace {

// A range of whole bins as float32, inside what was seen.
Range RangeOfBins(const ValueHistogram& histogram, int first, int last) {
  const Range& seen = histogram.range();
  return {.min = std::max(static_cast<float>(histogram.LowerEdge(first)), seen.min),
          .max = std::min(static_cast<float>(histogram.LowerEdge(last + 1)), seen.max)};
}

Range SymmetricPercentile(const ValueHistogram& histogram, uint64_t allowed) {
  // Magnitude m holds bins m and -1 - m.
  int magnitude = std::max(histogram.last(), -1 - histogram.first());
  const auto count = [&](int bin) {
    return bin < histogram.first() || bin > histogram.last() ? 0 : histogram.CountOf(bin);
  };
  for (uint64_t outside = 0; magnitude > 0; --magnitude) {
    outside += count(magnitude) + count(-1 - magnitude);
    if (outside > allowed) break;
  }
  return RangeOfBins(histogram, -1 - magnitude, magnitude);
}

constexpr int kFractions = 64;

// Values with their counts, whose error under qparams is asked for again and again.
class WeightedValues {
 public:
  explicit WeightedValues(const ValueHistogram& histogram) {
    for (int bin = histogram.first(); bin <= histogram.last(); ++bin) {
      if (histogram.CountOf(bin) == 0) continue;
      values_.push_back(histogram.ValueOf(bin));
      counts_.push_back(static_cast<double>(histogram.CountOf(bin)));
    }
    while (values_.size() % kLanes != 0) {  // whole lanes: with no count, without weight
      values_.push_back(0.0f);
      counts_.push_back(0.0);
    }
  }

  // Sum of counts times squared differences.
  double Error(const Range& range, const QParams& qparams, IntegerRange integers) const {
    const float inverse = 1.0f / qparams.scale;
    const auto lowest = static_cast<float>(integers.min - qparams.zero_point);
    const auto highest = static_cast<float>(integers.max - qparams.zero_point);
    std::array<double, kLanes> sums{};
    for (size_t i = 0; i < values_.size(); i += kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const float value = values_[i + lane];
        float kept = value > range.min ? value : range.min;
        kept = kept < range.max ? kept : range.max;
        // Adding and taking away 1.5 * 2^23 rounds to the nearest whole number, halves to even.
        float steps = (kept * inverse + kRounder) - kRounder;
        steps = steps > lowest ? steps : lowest;
        steps = steps < highest ? steps : highest;
        const float difference = value - steps * qparams.scale;
        sums[lane] += counts_[i + lane] * static_cast<double>(difference * difference);
      }
    }
    double sum = 0.0;
    for (const double one : sums) sum += one;
    return sum;
  }

 private:
  static constexpr size_t kLanes = 8;
  static constexpr float kRounder = 12582912.0f;
  std::vector<float> values_;
  std::vector<double> counts_;
};

// `extreme` and smaller ones of its sign; 0 alone where there is none on that side of zero.
std::vector<float> Fractions(float extreme) {
  std::vector<float> fractions{extreme};
  for (int part = kFractions - 1; part > 0 && extreme != 0.0f; --part)
    fractions.push_back(extreme * (static_cast<float>(part) / kFractions));
  return fractions;
}

}  // namespace

Range PercentileRange(const ValueHistogram& histogram, const ObserverSpec& spec) {
  const double outside =
      static_cast<double>(histogram.total()) * ((100.0 - spec.percentile) / 100.0);
  if (spec.scheme == QuantizationScheme::kSymmetric)
    return SymmetricPercentile(histogram, static_cast<uint64_t>(outside));
  const auto allowed = static_cast<uint64_t>(outside / 2.0);
  int first = histogram.first(), last = histogram.last();
  for (uint64_t below = histogram.CountOf(first); below <= allowed && first < last;)
    below += histogram.CountOf(++first);
  for (uint64_t above = histogram.CountOf(last); above <= allowed && last > first;)
    above += histogram.CountOf(--last);
  return RangeOfBins(histogram, first, last);
}

Range MseRange(const ValueHistogram& histogram, const ObserverSpec& spec) {
  const WeightedValues values(histogram);
  const IntegerRange integers = IntegersOf(spec.dtype, spec.bits);
  const bool symmetric = spec.scheme == QuantizationScheme::kSymmetric;
  float lo = std::min(histogram.range().min, 0.0f), hi = std::max(histogram.range().max, 0.0f);
  if (symmetric) hi = std::max(-lo, hi);
  Range best{.min = symmetric ? -hi : lo, .max = hi};
  double least = std::numeric_limits<double>::infinity();
  for (const float max : Fractions(hi)) {
    for (const float min : symmetric ? std::vector<float>{-max} : Fractions(lo)) {
      const Range range{.min = min, .max = max};
      const double error = values.Error(range, ComputeQParams(min, max, spec), integers);
      if (error >= least) continue;
      least = error;
      best = range;
    }
  }
  return best;
}

}  // namespace quantbench
