// SPDX-License-Identifier: Apache-2.0
// Steps in a series of figures: from where on they are others, and stay so.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace quantbench {

// A step needs so many values on each side: fewer high points are no step.
constexpr size_t kLeastStay = 4;
// What is smaller than 2% is no step that anybody would look for.
constexpr double kLeastStepRatio = 1.02;

struct Step {
  size_t begin = 0;  // the first value of the new level
  double ratio = 1;  // median of the stretch that begins there over that of the one before
  double p = 1;
};

// In order, oldest first; values above 0, in the order of time. Binary segmentation (Scott and
// Knott 1974; Vostrikova 1981): the place where the means of the logarithms before and behind
// differ most, in standard errors (Sen and Srivastava 1975; Worsley 1979), is a step where at most
// a share `alpha` of random orders of the same values differ as much anywhere (permutation test:
// Antoch and Huskova 2001; ended early where it is chance: Besag and Clifford 1991); then the same
// of both sides. What is far off is brought nearer (Huber 1964), so that a spike hides no step.
// Steps in one direction that a straight line explains better than their levels do are a drift, and
// aren't given.
std::vector<Step> FindSteps(std::span<const double> values, double alpha);

}  // namespace quantbench
