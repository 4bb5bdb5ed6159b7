// SPDX-License-Identifier: Apache-2.0
// The tests; their distributions are Boost.Math's where it has them.
#include "compare/significance.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "support/intervals.h"

namespace quantbench {
namespace {

constexpr int64_t kMaxExactImages = 10000;
constexpr size_t kMaxExactValues = 50;

double TwoSidedNormal(double z) {
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
}

// Fisher's exact test: the tables with the same margins that are no likelier than this one.
double FisherExact(int64_t base_correct, int64_t base_images, int64_t new_correct,
                   int64_t new_images) {
  const auto correct = static_cast<unsigned>(base_correct + new_correct);
  const auto drawn = static_cast<unsigned>(base_images);
  const auto all = static_cast<unsigned>(base_images + new_images);
  const boost::math::hypergeometric distribution(correct, drawn, all);
  const auto observed = static_cast<unsigned>(base_correct);
  // The next table is as much likelier as this, so one value of the distribution gives all.
  const auto step_up = [&](unsigned k) {
    return static_cast<double>(correct - k) * (drawn - k) /
           (static_cast<double>(k + 1) * (all - correct - drawn + k + 1));
  };
  constexpr double kEqual = 1 + 1e-7;  // but for rounding
  double sum = 1, ratio = 1;           // in units of the observed table's probability
  for (unsigned k = observed; k < std::min(correct, drawn); ++k) {
    ratio *= step_up(k);
    if (ratio <= kEqual) sum += ratio;
  }
  ratio = 1;
  const unsigned low = correct + drawn > all ? correct + drawn - all : 0;
  for (unsigned k = observed; k-- > low;) {
    ratio /= step_up(k);
    if (ratio <= kEqual) sum += ratio;
  }
  return std::min(sum * boost::math::pdf(distribution, observed), 1.0);
}

// Normal approximation of U, with ties' share of the variance taken out.
double ApproximateRankP(double u, std::vector<double> all, size_t base, size_t changed) {
  std::sort(all.begin(), all.end());
  const auto count = static_cast<double>(all.size());
  double ties = 0;
  for (size_t i = 0; i < all.size();) {
    const size_t begin = i;
    while (i < all.size() && all[i] == all[begin]) ++i;
    const auto equal = static_cast<double>(i - begin);
    ties += equal * equal * equal - equal;
  }
  const double pairs = static_cast<double>(base) * static_cast<double>(changed);
  const double variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)));
  if (variance <= 0) return 1;  // all values are equal
  const double distance = std::max(0.0, std::abs(u - pairs / 2) - 0.5);
  return TwoSidedNormal(distance / std::sqrt(variance));
}

}  // namespace

double McNemarExact(int64_t only_base_right, int64_t only_new_right) {
  const int64_t flips = only_base_right + only_new_right;
  if (flips == 0) return 1;
  const boost::math::binomial distribution(static_cast<double>(flips), 0.5);
  const auto fewer = static_cast<double>(std::min(only_base_right, only_new_right));
  return std::min(1.0, 2 * boost::math::cdf(distribution, fewer));
}

CountTest CompareCounts(int64_t base_correct, int64_t base_images, int64_t new_correct,
                        int64_t new_images) {
  if (base_images + new_images <= kMaxExactImages) {
    return {.p = FisherExact(base_correct, base_images, new_correct, new_images), .exact = true};
  }
  const auto n1 = static_cast<double>(base_images), n2 = static_cast<double>(new_images);
  const double p1 = static_cast<double>(base_correct) / n1;
  const double p2 = static_cast<double>(new_correct) / n2;
  const double pooled = static_cast<double>(base_correct + new_correct) / (n1 + n2);
  const double variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2);
  if (variance <= 0) return {.p = 1, .exact = false};  // all right or all wrong
  return {.p = TwoSidedNormal((p1 - p2) / std::sqrt(variance)), .exact = false};
}

RankTest CompareRanks(std::span<const double> base, std::span<const double> changed) {
  int64_t larger = 0, smaller = 0;
  for (const double b : base) {
    for (const double c : changed) {
      larger += c > b;
      smaller += c < b;
    }
  }
  const double pairs = static_cast<double>(base.size()) * static_cast<double>(changed.size());
  RankTest test{.delta = static_cast<double>(larger - smaller) / pairs};
  std::vector<double> all(base.begin(), base.end());
  all.insert(all.end(), changed.begin(), changed.end());
  std::sort(all.begin(), all.end());
  const bool ties = std::adjacent_find(all.begin(), all.end()) != all.end();
  test.exact = !ties && base.size() <= kMaxExactValues && changed.size() <= kMaxExactValues;
  if (test.exact) {
    const auto u = static_cast<size_t>(std::min(larger, smaller));
    test.p = std::min(1.0, 2 * SharesOfOrders(base.size(), changed.size())[u]);
  } else {
    const double u =
        static_cast<double>(larger) + (pairs - static_cast<double>(larger + smaller)) / 2;
    test.p = ApproximateRankP(u, std::move(all), base.size(), changed.size());
  }
  return test;
}

double SmallestRankP(size_t base, size_t changed) {
  double orders = 1;  // binomial coefficient, exact enough as a double
  for (size_t i = 1; i <= base; ++i) {
    orders *= static_cast<double>(changed + i) / static_cast<double>(i);
  }
  return std::min(1.0, 2 / orders);
}

}  // namespace quantbench
