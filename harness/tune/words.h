// SPDX-License-Identifier: Apache-2.0
// A tuning in one paragraph.
#pragma once

#include <string>

#include "record/tuning.h"

namespace quantbench {

std::string WordsOf(const Tuning& tuning);

}  // namespace quantbench
