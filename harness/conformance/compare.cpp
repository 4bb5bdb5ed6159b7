// SPDX-License-Identifier: Apache-2.0
// Comparison to the bit, within float rounding, and by signal and noise.
#include "conformance/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "quantbench/ext/numerics.h"
#include "support/number_text.h"

namespace quantbench::conformance {
namespace {

constexpr double kFloatTolerance = 1e-4;

std::string At(size_t i, size_t count, const std::string& actual, const std::string& expected) {
  return "value " + std::to_string(i) + " of " + std::to_string(count) + " is " + actual +
         ", expected " + expected;
}

std::string FloatDifference(std::span<const float> actual, std::span<const float> expected) {
  float largest = 0;
  for (const float value : expected) largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < expected.size(); ++i) {
    const double difference =
        std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (difference <= kFloatTolerance * static_cast<double>(largest)) continue;
    return At(i, expected.size(), std::to_string(actual[i]), std::to_string(expected[i]));
  }
  return "";
}

std::string ByteDifference(const std::vector<std::byte>& actual,
                           const std::vector<std::byte>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (actual[i] == expected[i]) continue;
    return At(i, expected.size(), std::to_string(std::to_integer<int>(actual[i])),
              std::to_string(std::to_integer<int>(expected[i])));
  }
  return "";
}

std::span<const float> FloatsOf(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

}  // namespace

Floats ComparisonOf(const Backend& backend, Precision precision) {
  if (precision != Precision::kFloat32) return Floats::kBits;
  return backend.ordered_floats() ? Floats::kOrdered : Floats::kNear;
}

// NaNs differ in bits that nobody decides.
std::string BitDifference(std::span<const float> actual, std::span<const float> expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (std::memcmp(&actual[i], &expected[i], sizeof(float)) == 0) continue;
    if (std::isnan(actual[i]) && std::isnan(expected[i])) continue;
    return At(i, expected.size(), std::to_string(actual[i]),
              "exactly " + std::to_string(expected[i]));
  }
  return "";
}

std::string Difference(Floats floats, std::span<const float> actual,
                       std::span<const float> expected) {
  if (floats == Floats::kNear) return FloatDifference(actual, expected);
  if (floats == Floats::kBits) return BitDifference(actual, expected);
  for (size_t i = 0; i < expected.size(); ++i) {
    if (actual[i] == expected[i]) continue;
    const std::string difference = BitDifference(actual.subspan(i, 1), expected.subspan(i, 1));
    if (!difference.empty()) return "value " + std::to_string(i) + ": " + difference;
  }
  return "";
}

std::string Difference(Floats floats, const qb_tensor& tensor, const std::vector<std::byte>& actual,
                       const std::vector<std::byte>& expected) {
  if (tensor.dtype != QB_F32) return ByteDifference(actual, expected);
  return Difference(floats, FloatsOf(actual), FloatsOf(expected));
}

void Agreement::Add(std::span<const float> actual, std::span<const float> expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    const double x = static_cast<double>(actual[i]), y = static_cast<double>(expected[i]);
    if (std::isfinite(x) && std::isfinite(y)) {
      signal_ += y * y;
      noise_ += (y - x) * (y - x);
    } else if (misfit_.empty()) {
      misfit_ = BitDifference(actual.subspan(i, 1), expected.subspan(i, 1));
    }
  }
  for (size_t first = 0; first < expected.size(); first += classes_) {
    agreeing_ += Agrees(actual.subspan(first, classes_), expected.subspan(first, classes_)) ? 1 : 0;
    ++images_;
  }
}

// Scores nearer to each other than the noise that the limit allows are a tie, of which any is the
// best one. Where the reference ranks none, there is nothing to agree on.
bool Agreement::Agrees(std::span<const float> actual, std::span<const float> expected) const {
  const auto chosen = std::max_element(actual.begin(), actual.end()) - actual.begin();
  const float best = *std::max_element(expected.begin(), expected.end());
  double squares = 0;
  for (const float y : expected) squares += static_cast<double>(y) * static_cast<double>(y);
  const double rms = std::sqrt(squares / static_cast<double>(expected.size()));
  const double noise = rms * std::pow(10.0, -limits_.min_sqnr_db / 20);
  const double behind =
      static_cast<double>(best) - static_cast<double>(expected[static_cast<size_t>(chosen)]);
  return behind <= noise || std::isnan(best);
}

double Agreement::SqnrDb() const {
  if (noise_ == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal_ / noise_);
}

double Agreement::Top1Percent() const {
  return 100.0 * static_cast<double>(agreeing_) / static_cast<double>(images_);
}

bool Agreement::Within() const {
  if (limits_.min_sqnr_db <= QB_ANY_VALUES) return true;
  return misfit_.empty() && SqnrDb() >= limits_.min_sqnr_db &&
         Top1Percent() >= limits_.min_top1_agreement_percent;
}

std::string Agreement::Describe() const {
  const bool any = limits_.min_sqnr_db <= QB_ANY_VALUES;
  if (!misfit_.empty())
    return "NaN or infinity" + std::string(any ? " (any are allowed)" : "") + ": " + misfit_;
  if (any)
    return "SQNR " + FixedText(SqnrDb(), 1) + " dB, Top-1 agreement " +
           FixedText(Top1Percent(), 1) + "% of " + CountText(images_, "image") +
           " (any are allowed)";
  return "SQNR " + FixedText(SqnrDb(), 1) + " dB (at least " + TrimmedText(limits_.min_sqnr_db, 2) +
         "), Top-1 agreement " + FixedText(Top1Percent(), 1) + "% of " +
         CountText(images_, "image") + " (at least " +
         TrimmedText(limits_.min_top1_agreement_percent, 2) + "%)";
}

}  // namespace quantbench::conformance
