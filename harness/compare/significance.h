// SPDX-License-Identifier: Apache-2.0
// Is a difference more than chance? Three tests, all two-sided.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace quantbench {

// McNemar's exact test on the same images judged twice: of the images that one got right and the
// other wrong, each side would have half if nothing had changed (binomial with p = 1/2; McNemar
// 1947, exact form after Clopper and Pearson). Returns the p-value; 1 where there is none.
double McNemarExact(int64_t only_base_right, int64_t only_new_right);

struct CountTest {
  double p = 1;
  bool exact = true;  // Fisher's exact test; else the normal approximation, pooled variance
};

// Two counts of right answers, which images they were being unknown. Exact up to 10,000 images
// together. 0 <= correct <= images, images > 0.
CountTest CompareCounts(int64_t base_correct, int64_t base_images, int64_t new_correct,
                        int64_t new_images);

struct RankTest {
  double p = 1;
  bool exact = true;  // else the normal approximation with correction for ties and continuity
  // Cliff's delta: how much likelier a value of the second is the larger one than the smaller one,
  // -1 to 1. Vargha and Delaney's A12 is (delta + 1) / 2.
  double delta = 0;
};

// Mann and Whitney's test (1947) on two sets of independent values. Exact without ties and with at
// most 50 values each. Neither set may be empty.
RankTest CompareRanks(std::span<const double> base, std::span<const double> changed);

// The smallest p that CompareRanks can give for so many values.
double SmallestRankP(size_t base, size_t changed);

}  // namespace quantbench
