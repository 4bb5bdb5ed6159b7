// SPDX-License-Identifier: Apache-2.0
// What classes.js draws any two of the answers from.
#pragma once

#include <string>
#include <vector>

#include "classes/answers.h"

namespace quantbench::html {

// JSON that can stand in a <script> element: counts of every class and of the most frequent
// confusions for each of the answers, the flips of every two, and what each photograph's best class
// is. Classes are told by their place in `classes`.
std::string ClassData(const ClassResults& results, const std::vector<size_t>& answers,
                      const std::vector<size_t>& photographs);

}  // namespace quantbench::html
