// SPDX-License-Identifier: Apache-2.0
// Numbers as text, with '.' as decimal point in any locale.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

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
std::string Plural(std::string_view noun);
// "1 image", "2 images", "3 classes": the noun is given as it is for one.
template <std::integral Count>
std::string CountText(Count count, std::string_view noun) {
  return std::to_string(count) + ' ' + (count == 1 ? std::string(noun) : Plural(noun));
}
// The noun of a count that is written already, for one: "images" is "image".
std::string_view Singular(std::string_view plural);
// Decimal units: "1.2 MB", "20.0 GB".
std::string SizeText(int64_t bytes);
// The shortest text that reads back as the same float32.
std::string ShortestText(float value);

}  // namespace quantbench
