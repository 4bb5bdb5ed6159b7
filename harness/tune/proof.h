// SPDX-License-Identifier: Apache-2.0
// Is the drop of Top-1 below a limit, on images that neither model was chosen on?
#pragma once

#include "record/tuning.h"

namespace quantbench {

inline constexpr char kProven[] = "proven";        // below the limit, with the confidence
inline constexpr char kUndecided[] = "undecided";  // observed below it; too few images to tell
inline constexpr char kOutside[] = "outside";      // observed above it

// The upper end of the one-sided interval of the drop, in points: Tango's score interval for a
// difference of paired proportions (T. Tango, Statistics in Medicine 17, 1998, 891-908): the
// largest difference D that (b - c - nD) / sqrt(n (2q + D (1 - D))) doesn't reject, b and c being
// the images that only the one and only the other got right and q the likeliest share of c given
// D. It holds its level where b and c are few, and where both are 0. `images` > 0.
double UpperBoundOfDrop(const PairedCounts& counts, double confidence);

// How many images would prove it if each showed the same shares as these. Nothing where no number
// would: the observed drop isn't below the limit.
std::optional<int64_t> ImagesNeeded(const PairedCounts& counts, double limit_pp, double confidence);

// Whether any model, even one that never differs from fp32, could be proven on so many images.
bool CanBeProven(int64_t images, double limit_pp, double confidence);

// The verdict of one look.
ProofLook Judge(const PairedCounts& counts, double limit_pp, double confidence);

// What the look at the k-th model, from 0, is allowed, such that all looks together say "proven" of
// a model that isn't below the limit with a probability of at most 1 - confidence: four fifths of
// it go to the first look, and half of what is left to each one after it.
double ConfidenceOfLook(size_t look, double confidence);

}  // namespace quantbench
