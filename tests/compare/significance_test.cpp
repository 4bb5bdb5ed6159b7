// SPDX-License-Identifier: Apache-2.0
// The tests of significance against values computed by hand or by SciPy 1.10 (named in each case).
#include "compare/significance.h"

#include <doctest/doctest.h>

#include <vector>

namespace quantbench {
namespace {

using doctest::Approx;

TEST_CASE("McNemar's exact test") {
  CHECK(McNemarExact(0, 0) == 1);
  CHECK(McNemarExact(5, 5) == 1);
  CHECK(McNemarExact(1, 0) == 1);                        // 2 * 1/2
  CHECK(McNemarExact(5, 0) == Approx(2.0 / 32));         // 2 * (1/2)^5
  CHECK(McNemarExact(0, 5) == McNemarExact(5, 0));       // two-sided
  CHECK(McNemarExact(9, 1) == Approx(2 * 11.0 / 1024));  // 2 * (1 + 10) / 2^10
  CHECK(McNemarExact(5000, 0) < 1e-300);                 // no overflow
}

TEST_CASE("Fisher's exact test on counts") {
  // Tables with margins 3, 1 | 1, 3: (1 + 16 + 16 + 1) / 70 of the orders are no likelier.
  const CountTest tea = CompareCounts(3, 4, 1, 4);
  CHECK(tea.exact);
  CHECK(tea.p == Approx(34.0 / 70));
  CHECK(CompareCounts(4, 4, 0, 4).p == Approx(2.0 / 70));
  CHECK(CompareCounts(7, 10, 7, 10).p == Approx(1));
  CHECK(CompareCounts(0, 10, 0, 10).p == Approx(1));  // all wrong on both sides
  CHECK(CompareCounts(850, 1000, 780, 1000).p == Approx(6.824e-05).epsilon(0.001));  // SciPy
  CHECK(CompareCounts(5000, 5000, 0, 5000).p < 1e-300);                              // underflow
}

TEST_CASE("counts of many images take the normal approximation") {
  const CountTest test = CompareCounts(36000, 50000, 35500, 50000);
  CHECK(!test.exact);
  // pooled 0.715, z = 0.01 / sqrt(0.715 * 0.285 * 2 / 50000) = 3.5026
  CHECK(test.p == Approx(0.000461).epsilon(0.01));
  CHECK(CompareCounts(50000, 50000, 50000, 50000).p == 1);  // variance 0
}

TEST_CASE("Mann-Whitney: exact without ties") {
  const std::vector<double> low{1, 2, 3}, high{4, 5, 6};
  const RankTest apart = CompareRanks(low, high);
  CHECK(apart.exact);
  CHECK(apart.p == Approx(2.0 / 20));  // 2 of the C(6,3) orders
  CHECK(apart.delta == 1);
  CHECK(CompareRanks(high, low).delta == -1);
  CHECK(CompareRanks(high, low).p == Approx(apart.p));
  const RankTest mixed = CompareRanks(std::vector<double>{1, 4, 5}, std::vector<double>{2, 3, 6});
  CHECK(mixed.p == Approx(1));  // U = 4 of 9: 2 * 7 / 20 or more is cut at 1
  // U = 1: the orders with U 0 and 1, twice: 4 of 20.
  CHECK(CompareRanks(std::vector<double>{1, 2, 4}, std::vector<double>{3, 5, 6}).p ==
        Approx(4.0 / 20));
  const RankTest uneven = CompareRanks(std::vector<double>{1}, std::vector<double>{2, 3, 4, 5});
  CHECK(uneven.p == Approx(2.0 / 5));
}

TEST_CASE("Mann-Whitney: ties and many values are approximated") {
  const std::vector<double> same(10, 1.0);
  const RankTest equal = CompareRanks(same, same);
  CHECK(!equal.exact);
  CHECK(equal.p == 1);  // no variance at all
  CHECK(equal.delta == 0);
  std::vector<double> a, b;
  for (int i = 0; i < 60; ++i) {
    a.push_back(i);
    b.push_back(i + 30.5);
  }
  const RankTest shifted = CompareRanks(a, b);
  CHECK(!shifted.exact);
  CHECK(shifted.p < 1e-6);
  CHECK(shifted.delta > 0.7);
}

TEST_CASE("the smallest p of so many values is that of two sets apart") {
  CHECK(SmallestRankP(3, 3) == Approx(2.0 / 20));
  CHECK(SmallestRankP(5, 5) == Approx(2.0 / 252));
  CHECK(SmallestRankP(1, 1) == 1);
  CHECK(SmallestRankP(0, 4) == 1);
}

}  // namespace
}  // namespace quantbench
