// SPDX-License-Identifier: Apache-2.0
// Two sets of answers to the same images: what became wrong, what became right, what else changed.
#pragma once

#include <string_view>
#include <vector>

#include "classes/answers.h"

namespace quantbench {

// The counts, with McNemar's exact test on what was lost and gained.
Flips CountFlips(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed);

// Every class that occurs: what lost most images (less those gained) first, then by label.
std::vector<ClassChange> ChangesByClass(const ClassResults& results, const CaseAnswers& base,
                                        const CaseAnswers& changed);
// Every confusion of either: the most frequent in `changed` first, then in `base`, then by label.
std::vector<ConfusionChange> ConfusionsOfBoth(const ClassResults& results, const CaseAnswers& base,
                                              const CaseAnswers& changed);

// Kinds of changes, the gravest first.
constexpr std::string_view kLost = "lost", kGained = "gained", kOther = "other",
                           kTop5Lost = "top5_lost", kTop5Gained = "top5_gained";

// Images by index, of one kind after another. Within a kind, an image of each confusion, the most
// frequent one first, then a second one of each: whoever looks at a few sees what is typical.
struct FlipOf {
  size_t image;
  std::string_view kind;
};
std::vector<FlipOf> FlipsOf(const ClassResults& results, const CaseAnswers& base,
                            const CaseAnswers& changed);
Flip ToFlip(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
            const FlipOf& flip);

}  // namespace quantbench
