// SPDX-License-Identifier: Apache-2.0
// Whether chance alone explains an accuracy: then labels or preprocessing are wrong, most likely.
#pragma once

#include <cstdint>
#include <span>

namespace quantbench {

// The share of images that is right without looking at them: where a class is drawn, or, where the
// images are of several classes, where the commonest is named each time (the no-information rate).
double ChanceOf(std::span<const int> labels, int64_t outputs);

// Whether so many right answers, or more, come about by chance in more than one of a hundred tries.
bool IsChance(int64_t correct, int64_t images, double chance);

}  // namespace quantbench
