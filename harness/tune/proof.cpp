// SPDX-License-Identifier: Apache-2.0
// Tango's score statistic, and what follows from it by bisection.
#include "tune/proof.h"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace quantbench {
namespace {

constexpr int kHalvings = 60;

struct Shares {
  double n, b, c;  // images; right by fp32 alone; right by the other alone
};

Shares SharesOf(const PairedCounts& counts) {
  return {static_cast<double>(counts.images), static_cast<double>(counts.only_float_right),
          static_cast<double>(counts.only_this_right)};
}

double Quantile(double confidence) {
  return boost::math::quantile(boost::math::normal(), confidence);
}

// Standard deviations that the observed difference lies above `drop`, -1 < drop < 1. The likeliest
// share of c under this drop solves 2n q^2 + (drop (2n - b + c) - b - c) q - c drop (1 - drop) = 0.
double ScoreOf(const Shares& shares, double drop) {
  const auto [n, b, c] = shares;
  if (drop < 0) return -ScoreOf({n, c, b}, -drop);
  if (drop == 0 && b + c == 0) return 0;
  const double linear = drop * (2 * n - b + c) - b - c;
  const double constant = -c * drop * (1 - drop);
  const double root = std::sqrt(linear * linear - 8 * n * constant);
  // Of the two forms of the root the one that loses no digits.
  const double q = linear > 0 ? -2 * constant / (linear + root) : (root - linear) / (4 * n);
  return (b - c - n * drop) / std::sqrt(n * (2 * q + drop * (1 - drop)));
}

bool IsBelow(const Shares& shares, double drop, double confidence) {
  return ScoreOf(shares, drop) <= -Quantile(confidence);
}

}  // namespace

double UpperBoundOfDrop(const PairedCounts& counts, double confidence) {
  const Shares shares = SharesOf(counts);
  double low = (shares.b - shares.c) / shares.n, high = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (IsBelow(shares, middle, confidence) ? high : low) = middle;
  }
  return 100 * high;
}

std::optional<int64_t> ImagesNeeded(const PairedCounts& counts, double limit_pp,
                                    double confidence) {
  const Shares shares = SharesOf(counts);
  const double limit = limit_pp / 100;
  if ((shares.b - shares.c) / shares.n >= limit) return std::nullopt;
  const auto suffice = [&](double images) {
    const double times = images / shares.n;
    return IsBelow({images, shares.b * times, shares.c * times}, limit, confidence);
  };
  double high = shares.n;
  while (!suffice(high)) high *= 2;
  double low = 0;
  while (high - low > 0.5) {
    const double middle = (low + high) / 2;
    (suffice(middle) ? high : low) = middle;
  }
  return static_cast<int64_t>(std::ceil(high));
}

bool CanBeProven(int64_t images, double limit_pp, double confidence) {
  return IsBelow({static_cast<double>(images), 0, 0}, limit_pp / 100, confidence);
}

ProofLook Judge(const PairedCounts& counts, double limit_pp, double confidence) {
  ProofLook look{.case_id = {}, .recipe = {}, .counts = counts};
  look.confidence = confidence;
  look.drop_pp = 100.0 * static_cast<double>(counts.float_correct - counts.correct) /
                 static_cast<double>(counts.images);
  look.bound_pp = UpperBoundOfDrop(counts, confidence);
  const bool proven = IsBelow(SharesOf(counts), limit_pp / 100, confidence);
  look.verdict = proven ? kProven : look.drop_pp > limit_pp ? kOutside : kUndecided;
  if (!proven) look.images_needed = ImagesNeeded(counts, limit_pp, confidence);
  return look;
}

double ConfidenceOfLook(size_t look, double confidence) {
  constexpr double kFirst = 0.8;
  const double rest = (1 - kFirst) * std::pow(0.5, static_cast<double>(look));
  return 1 - (1 - confidence) * (look == 0 ? kFirst : rest);
}

}  // namespace quantbench
