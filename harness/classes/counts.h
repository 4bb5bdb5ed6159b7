// SPDX-License-Identifier: Apache-2.0
// Accuracy of each class, and which classes are taken for which.
#pragma once

#include <vector>

#include "classes/answers.h"

namespace quantbench {

// A row for each class that occurs, by label. A class without images has no percentages.
std::vector<ClassAccuracy> AccuracyByClass(const ClassResults& results, const CaseAnswers& answers);
// The most frequent first, then by label.
std::vector<Confusion> ConfusionsOf(const ClassResults& results, const CaseAnswers& answers);

}  // namespace quantbench
