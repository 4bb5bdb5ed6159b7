// SPDX-License-Identifier: Apache-2.0
// The paired test keeps its level, and says honestly what it can't tell.
#include "tune/proof.h"

#include <doctest/doctest.h>

#include <cmath>

namespace quantbench {
namespace {

PairedCounts Counts(int64_t images, int64_t only_float, int64_t only_this) {
  const int64_t both = images / 2;
  return {.images = images,
          .float_correct = both + only_float,
          .correct = both + only_this,
          .only_float_right = only_float,
          .only_this_right = only_this};
}

// Of b and c of n images, where each is one of b with probability p, and one of c with q.
double Probability(int n, int b, int c, double p, double q) {
  const auto factorial = [](int k) { return std::lgamma(k + 1.0); };
  const auto power = [](double base, int k) { return k == 0 ? 0 : k * std::log(base); };
  return std::exp(factorial(n) - factorial(b) - factorial(c) - factorial(n - b - c) + power(p, b) +
                  power(q, c) + power(1 - p - q, n - b - c));
}

TEST_CASE("of a model right at the limit the first look says proven in fewer than 5% of cases") {
  const double confidence = ConfidenceOfLook(0, 0.95);
  for (const int images : {50, 75, 100, 225}) {
    for (const double limit_pp : {0.5, 1.0, 2.0, 3.0, 5.0}) {
      for (const double gained : {0.0, 0.001, 0.003, 0.01, 0.02, 0.04}) {
        double proven = 0;  // over all that can come out
        for (int b = 0; b <= 30; ++b) {
          for (int c = 0; c <= 30 && b + c <= images; ++c) {
            if (Judge(Counts(images, b, c), limit_pp, confidence).verdict == kProven)
              proven += Probability(images, b, c, gained + limit_pp / 100, gained);
          }
        }
        CAPTURE(images);
        CAPTURE(limit_pp);
        CAPTURE(gained);
        CHECK(proven < 0.05);
      }
    }
  }
}

TEST_CASE("without a flip the bound is z^2 / (n + z^2), z = 1.645") {
  CHECK(UpperBoundOfDrop(Counts(225, 0, 0), 0.95) == doctest::Approx(1.1882).epsilon(1e-4));
  CHECK_FALSE(CanBeProven(225, 1, 0.95));
  CHECK_FALSE(CanBeProven(267, 1, 0.95));
  CHECK(CanBeProven(268, 1, 0.95));
}

TEST_CASE("at the bound the difference is as many standard errors away as the confidence says") {
  // Equal flips: q = (b + c) / 2n but for the limit's own part, so Wald's bound is near.
  const double bound = UpperBoundOfDrop(Counts(10000, 150, 150), 0.95);
  CHECK(bound == doctest::Approx(1.645 * std::sqrt(300.0) / 100).epsilon(0.02));
  CHECK(UpperBoundOfDrop(Counts(1000, 0, 40), 0.95) < 0);  // nothing lost, much won
  CHECK(UpperBoundOfDrop(Counts(1000, 40, 0), 0.95) > 4);
}

TEST_CASE("verdicts") {
  struct Case {
    PairedCounts counts;
    std::string verdict;
    bool some_number_would_do;
  };
  for (const auto& [counts, verdict, some_number_would_do] :
       {Case{Counts(10000, 100, 80), kProven, false},
        Case{Counts(10000, 190, 100), kUndecided, true}, Case{Counts(225, 3, 3), kUndecided, true},
        Case{Counts(225, 9, 1), kOutside, false}, Case{Counts(400, 8, 4), kUndecided, false}}) {
    const ProofLook look = Judge(counts, 1, 0.95);
    CAPTURE(counts.images);
    CAPTURE(counts.only_float_right);
    CHECK(look.verdict == verdict);
    CHECK(look.images_needed.has_value() == some_number_would_do);
    CHECK((look.bound_pp < 1) == (verdict == kProven));
  }
}

TEST_CASE("as many images as are said to be needed prove it, and fewer don't") {
  const PairedCounts counts = Counts(225, 5, 4);
  const auto needed = static_cast<double>(ImagesNeeded(counts, 1, 0.95).value());
  CHECK(needed > 225);
  const auto at = [&](double images) {
    return Judge({.images = std::llround(images * 1000),
                  .float_correct = std::llround(images * 700),
                  .correct = std::llround(images * 700 - images * 1000 / 225),
                  .only_float_right = std::llround(images * 5000 / 225),
                  .only_this_right = std::llround(images * 4000 / 225)},
                 1, 0.95)
        .bound_pp;
  };
  CHECK(at(needed / 1000) < 1.001);
  CHECK(at(needed * 0.9 / 1000) > 1);
}

TEST_CASE("all looks together have the confidence that was asked for") {
  double error = 0;
  for (size_t look = 0; look < 40; ++look) {
    const double one = 1 - ConfidenceOfLook(look, 0.95);
    CHECK(one > 0);
    error += one;
  }
  CHECK(error == doctest::Approx(0.05));
}

}  // namespace
}  // namespace quantbench
