// SPDX-License-Identifier: Apache-2.0
// The little of UTF-8 that locating and escaping text needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace quantbench {

// False for the second and later bytes of a character.
inline bool IsCharacterStart(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

size_t CharacterCount(std::string_view text);

// The start of the character that the byte at `offset` belongs to; offset < text.size().
size_t CharacterStart(std::string_view text, size_t offset);

struct Character {
  uint32_t code;
  size_t bytes;
};
// Of non-empty text; nothing where it doesn't begin with a well-formed character (RFC 3629: no
// overlong forms, no surrogates).
std::optional<Character> FirstCharacter(std::string_view text);

// Offset of the first byte that isn't part of well-formed UTF-8 text, or is a control character
// other than tab, line feed and carriage return.
std::optional<size_t> FindBinary(std::string_view text);

}  // namespace quantbench
