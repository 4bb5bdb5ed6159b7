// SPDX-License-Identifier: Apache-2.0
// Intervals of ratios against tables of Wilcoxon's test, and what they promise when measuring stops
// at a look.
#include "compare/signed_rank.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dataset/random.h"

namespace quantbench {
namespace {

using doctest::Approx;

// Ratios whose logarithms have no two equal averages.
std::vector<double> DistinctRatios(int count) {
  RandomGenerator random(7);
  std::vector<double> ratios;
  for (int i = 0; i < count; ++i) ratios.push_back(std::exp(random.Uniform(-0.2, 0.3)));
  return ratios;
}

int AveragesBelow(const std::vector<double>& ratios, double bound) {
  int count = 0;
  for (size_t i = 0; i < ratios.size(); ++i) {
    for (size_t j = i; j < ratios.size(); ++j)
      count += (std::log(ratios[i]) + std::log(ratios[j])) / 2 < std::log(bound) - 1e-12;
  }
  return count;
}

TEST_CASE("the interval leaves out as many averages at each end as Wilcoxon's table says") {
  // Wilcoxon and Wilcox 1964: largest sum of ranks that is significant, two-sided.
  struct {
    int pairs;
    double alpha;
    int critical;
  } cases[] = {{6, 0.05, 0},   {8, 0.05, 3},   {10, 0.05, 8}, {15, 0.05, 25},
               {20, 0.05, 52}, {25, 0.05, 89}, {10, 0.01, 3}, {20, 0.01, 37}};
  for (const auto& one : cases) {
    CAPTURE(one.pairs);
    CAPTURE(one.alpha);
    const std::vector<double> ratios = DistinctRatios(one.pairs);
    const RatioEstimate estimate = EstimateRatio(ratios, one.alpha);
    CHECK(AveragesBelow(ratios, estimate.low) == one.critical);
    const int all = one.pairs * (one.pairs + 1) / 2;
    CHECK(AveragesBelow(ratios, estimate.high) == all - 1 - one.critical);
  }
}

TEST_CASE("estimates of ratios") {
  CHECK(EstimateRatio(std::vector{1.1}, 0.01).ratio == Approx(1.1));
  CHECK(EstimateRatio(std::vector{1.1}, 0.01).low == 0);  // one pair tells nothing of chance
  CHECK(EstimateRatio(std::vector{0.5, 2.0}, 0.01).ratio == Approx(1));
  // One pair that a neighbour disturbed moves the middle by little.
  CHECK(EstimateRatio(std::vector{1.0, 1.01, 1.02, 1.0, 1.01, 9.0}, 0.05).ratio ==
        Approx(1.01).epsilon(0.01));
  const std::vector<double> many = DistinctRatios(300);  // by the normal approximation
  const RatioEstimate estimate = EstimateRatio(many, 0.01);
  CHECK(estimate.low < estimate.ratio);
  CHECK(estimate.ratio < estimate.high);
  CHECK(estimate.HalfWidth() < 0.03);
}

TEST_CASE("what looks may spend never adds up to more than alpha") {
  double spent = 0;
  for (int look = 1; look <= 1000; ++look) spent += AlphaOfLook(look, 0.01);
  CHECK(spent <= 0.01);
  for (const double alpha : {0.001, 0.01, 0.05, 0.2}) {
    CAPTURE(alpha);
    const size_t first = FirstLook(alpha);
    CHECK(std::pow(0.5, first) <= AlphaOfLook(1, alpha) / 2);  // else it could find nothing
  }
}

// Measuring that ends at the first look with a tight interval is wrong no oftener than alpha.
TEST_CASE("intervals hold the truth though measuring stops when they look good") {
  constexpr double kTruth = 1.05, kAlpha = 0.3;  // large, so that some are wrong
  constexpr int kTrials = 300;
  RandomGenerator random(11);
  int wrong = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> ratios;
    RatioEstimate estimate;
    size_t next = FirstLook(kAlpha);
    for (int look = 1; look <= 8 && estimate.HalfWidth() > 0.03; ++look) {
      while (ratios.size() < next) {
        // A neighbour triples the noise of one pair in four.
        const double spread = random.Below(4) == 0 ? 0.3 : 0.1;
        ratios.push_back(kTruth * std::exp(random.Uniform(-spread, spread)));
      }
      estimate = EstimateRatio(ratios, AlphaOfLook(look, kAlpha));
      next = NextLook(ratios.size());
    }
    wrong += estimate.low > kTruth || estimate.high < kTruth;
  }
  CHECK(wrong <= kTrials * kAlpha);
  CHECK(wrong > 0);  // not by intervals that hold everything
}

}  // namespace
}  // namespace quantbench
