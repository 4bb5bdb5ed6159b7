// SPDX-License-Identifier: Apache-2.0
// What a tuning ends with on the terminal.
#pragma once

#include <iosfwd>

#include "record/tuning.h"

namespace quantbench {

// A row a model: '>' the chosen one, '=' dominated by another. Then the paragraph in words.
void WriteTuningTable(const Tuning& tuning, std::ostream& stream, bool color);

}  // namespace quantbench
