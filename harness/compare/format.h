// SPDX-License-Identifier: Apache-2.0
// Numbers as text for people.
#pragma once

#include <string>

namespace quantbench {

std::string Fixed(double value, int decimals);   // "1.50"
std::string Signed(double value, int decimals);  // "+1.50", "-0.25", "0.00"
std::string Significant(double value);           // three digits: "0.00123", "4.1e-09"

}  // namespace quantbench
