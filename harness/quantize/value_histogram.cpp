// SPDX-License-Identifier: Apache-2.0
// Widening of power-of-two bins.
#include "quantize/value_histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace quantbench {
namespace {

constexpr int kLeastExponent = -100;  // far below any scale that eps allows

double BinOf(float value, int exponent) {
  return std::floor(std::ldexp(static_cast<double>(value), -exponent));
}

}  // namespace

ValueHistogram::ValueHistogram(int bins)
    : exponent_(kLeastExponent), counts_(static_cast<size_t>(bins), 0) {
  if (bins < 2) throw std::logic_error("a histogram of two signs needs two bins");
}

void ValueHistogram::Widen(const Range& batch) {
  range_ = empty_ ? batch
                  : Range{.min = std::min(range_.min, batch.min),
                          .max = std::max(range_.max, batch.max)};
  empty_ = false;
  const float lo = std::min(range_.min, 0.0f), hi = std::max(range_.max, 0.0f);
  int exponent = exponent_;
  while (BinOf(hi, exponent) - BinOf(lo, exponent) >= static_cast<double>(counts_.size()))
    ++exponent;
  const int first = static_cast<int>(BinOf(lo, exponent));
  if (exponent == exponent_ && first == first_) return;
  std::vector<uint64_t> counts(counts_.size(), 0);
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const double bin = std::ldexp(first_ + static_cast<double>(i), exponent_ - exponent);
    counts[static_cast<size_t>(static_cast<int>(std::floor(bin)) - first)] += counts_[i];
  }
  counts_ = std::move(counts);
  exponent_ = exponent;
  first_ = first;
}

void ValueHistogram::Add(std::span<const uint64_t> counts) {
  if (counts.size() != counts_.size()) throw std::logic_error("another number of bins");
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += counts[i];
}

float ValueHistogram::inverse_width() const { return std::ldexp(1.0f, -exponent_); }
double ValueHistogram::width() const { return std::ldexp(1.0, exponent_); }

uint64_t ValueHistogram::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), uint64_t{0});
}

float ValueHistogram::ValueOf(int bin) const {
  if (bin == 0) return 0.0f;
  const double centre = LowerEdge(bin) + width() / 2;
  return std::clamp(static_cast<float>(centre), range_.min, range_.max);
}

void ValueHistogram::Restore(const Range& range, int exponent, int first,
                             std::vector<uint64_t> counts) {
  if (counts.size() != counts_.size()) throw std::logic_error("another number of bins");
  range_ = range;
  exponent_ = exponent;
  first_ = first;
  counts_ = std::move(counts);
  empty_ = total() == 0;
}

}  // namespace quantbench
