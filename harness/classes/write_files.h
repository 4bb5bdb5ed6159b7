// SPDX-License-Identifier: Apache-2.0
// What a run writes beside its results: classes.csv and classes.json.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "classes/answers.h"

namespace quantbench {

// So many confusions of each case stand in classes.json.
constexpr size_t kMostConfusions = 1000;

// A line for each set of predictions and each class that occurs: ClassAccuracy.
void WriteClassesCsv(const ClassResults& results, std::ostream& stream);
// Confusions of each set of predictions, and how many images flip between any two: ClassesOfRun.
void WriteClassesJson(const ClassResults& results, std::ostream& stream);

// Both into the folder of a run; where there are no predictions, what an earlier run left goes.
// Throws WriteError.
void WriteClassFiles(const ClassResults& results, const std::filesystem::path& folder);

}  // namespace quantbench
