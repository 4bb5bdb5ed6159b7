// SPDX-License-Identifier: Apache-2.0
// Over std::to_chars, which knows no locale.
#include "support/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace quantbench {
namespace {

std::string ToText(double value, std::chars_format format, int decimals) {
  std::array<char, 400> digits;  // the largest double has 309 before the point
  return {digits.data(),
          std::to_chars(digits.data(), digits.data() + digits.size(), value, format, decimals).ptr};
}

}  // namespace

std::string FixedText(double value, int decimals) {
  return ToText(value, std::chars_format::fixed, decimals);
}

std::string TrimmedText(double value, int most_decimals) {
  std::string text = FixedText(value, most_decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string UncertainText(double value, double off, int most_decimals, const std::string& unit) {
  if (!(off > 0)) return FixedText(value, most_decimals) + unit;
  const int wanted = 1 - static_cast<int>(std::floor(std::log10(off)));
  const int decimals = std::clamp(wanted, 0, most_decimals);
  const double least = std::pow(10, -decimals);
  return FixedText(value, decimals) + unit + " \u00B1" + FixedText(std::max(off, least), decimals);
}

std::string ScientificText(double value, int decimals) {
  return ToText(value, std::chars_format::scientific, decimals);
}

std::string SignificantText(double value, int digits) {
  return ToText(value, std::chars_format::general, digits);
}

std::string DurationText(double seconds) {
  if (seconds < 90) return FixedText(seconds, 1) + " s";
  auto whole = static_cast<long>(std::lround(seconds));
  const bool hours = whole >= 5400;
  if (hours) whole /= 60;
  const long small = whole % 60;
  return std::to_string(whole / 60) + (small < 10 ? ":0" : ":") + std::to_string(small) +
         (hours ? " h" : " min");
}

std::string SizeText(int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  return value < 1e9 ? FixedText(value / 1e6, 1) + " MB" : FixedText(value / 1e9, 1) + " GB";
}

std::string ShortestText(float value) {
  std::array<char, 64> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

std::string Plural(std::string_view noun) {
  return std::string(noun) + (noun.ends_with("s") || noun.ends_with("x") ? "es" : "s");
}

std::string_view Singular(std::string_view plural) {
  for (const std::string_view ending : {"sses", "xes"})
    if (plural.ends_with(ending)) return plural.substr(0, plural.size() - 2);
  return plural.size() > 1 && plural.ends_with('s') ? plural.substr(0, plural.size() - 1) : plural;
}

}  // namespace quantbench
