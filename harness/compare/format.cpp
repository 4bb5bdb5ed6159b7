// SPDX-License-Identifier: Apache-2.0
// std::to_chars: '.' in every locale.
#include "compare/format.h"

#include <array>
#include <charconv>

#include "report/row.h"

namespace quantbench {

std::string Fixed(double value, int decimals) {
  return ToString(Cell(Decimal{.value = value, .decimals = decimals}));
}

std::string Signed(double value, int decimals) {
  const std::string text = Fixed(value, decimals);
  if (text.find_first_of("123456789") == std::string::npos) return Fixed(0, decimals);
  return value > 0 ? "+" + text : text;
}

std::string Significant(double value) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 3);
  return {text.data(), end.ptr};
}

}  // namespace quantbench
