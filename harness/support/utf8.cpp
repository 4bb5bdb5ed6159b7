// SPDX-License-Identifier: Apache-2.0
// Checks and counts UTF-8.
#include "support/utf8.h"

#include <algorithm>

namespace quantbench {
namespace {

// Bytes of the well-formed character at the start of `text`, 0 where there is none, or where it is
// a control character of the C1 set, which some terminals obey.
size_t CharacterLength(std::string_view text) {
  const std::optional<Character> first = FirstCharacter(text);
  if (!first || (first->code >= 0x80 && first->code < 0xA0)) return 0;
  return first->bytes;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

size_t CharacterCount(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsCharacterStart));
}

size_t CharacterStart(std::string_view text, size_t offset) {
  while (offset > 0 && !IsCharacterStart(text[offset])) --offset;
  return offset;
}

std::optional<Character> FirstCharacter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return Character{.code = lead, .bytes = 1};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return std::nullopt;
  uint32_t code = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (IsCharacterStart(text[i])) return std::nullopt;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return std::nullopt;
  return Character{.code = code, .bytes = length};
}

std::optional<size_t> FindBinary(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = CharacterLength(text.substr(i));
    if (length == 0 || IsControl(text[i])) return i;
    i += length;
  }
  return std::nullopt;
}

}  // namespace quantbench
