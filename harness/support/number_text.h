// SPDX-License-Identifier: Apache-2.0
// Numbers as text, with '.' as decimal point in any locale.
#pragma once

#include <cstdint>
#include <string>

namespace quantbench {

// Fixed notation with so many decimals.
std::string FixedText(double value, int decimals);
// Fixed notation with at most so many decimals: no trailing zeros, no minus before zero.
std::string TrimmedText(double value, int most_decimals);
// "0.490 ±0.021": as many decimals as the two leading digits of `off` need, if `most_decimals` are
// enough for them; `unit` stands behind the value. Without `off` FixedText of all decimals.
std::string UncertainText(double value, double off, int most_decimals, const std::string& unit);
// Scientific notation, so many decimals: "1.50e-07".
std::string ScientificText(double value, int decimals);
// So many significant digits at most: "0.0203", "1.5e-07".
std::string SignificantText(double value, int digits);
// A time for people: "1.5 s", "2:05 min", "11:40 h".
std::string DurationText(double seconds);
// Decimal units: "1.2 MB", "20.0 GB".
std::string SizeText(int64_t bytes);
// The shortest text that reads back as the same float32.
std::string ShortestText(float value);

}  // namespace quantbench
