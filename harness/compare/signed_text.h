// SPDX-License-Identifier: Apache-2.0
// Differences as text.
#pragma once

#include <string>

#include "support/number_text.h"

namespace quantbench {

// Fixed notation with its sign: "+1.50", "-0.25"; what rounds to zero has none.
inline std::string SignedText(double value, int decimals) {
  const std::string text = FixedText(value, decimals);
  if (text.find_first_of("123456789") == std::string::npos) return FixedText(0, decimals);
  return value > 0 ? "+" + text : text;
}

}  // namespace quantbench
