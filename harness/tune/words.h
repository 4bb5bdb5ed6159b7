// SPDX-License-Identifier: Apache-2.0
// A tuning in one paragraph.
#pragma once

#include <string>

#include "record/tuning.h"

namespace quantbench {

// A recipe's label, where two or more layers in float are only counted.
std::string ShortName(const std::string& recipe);

std::string WordsOf(const Tuning& tuning);

}  // namespace quantbench
