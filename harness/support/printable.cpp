// SPDX-License-Identifier: Apache-2.0
// Character by character.
#include "support/printable.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "support/utf8.h"

namespace quantbench {
namespace {

constexpr std::string_view kBlanks = " \t";

// Unicode 15: what isn't seen itself and changes how or whether the rest is seen.
constexpr struct {
  uint32_t first, last;
} kHidden[] = {
    {0x00, 0x1F},        // C0
    {0x7F, 0x9F},        // DEL, C1
    {0xAD, 0xAD},        // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x200B, 0x200B},    // zero width space
    {0x200E, 0x200F},    // left-to-right and right-to-left mark
    {0x2028, 0x202E},    // line and paragraph separator, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates, deprecated formats
    {0xFEFF, 0xFEFF},    // zero width no-break space
    {0xFFF9, 0xFFFB},    // interlinear annotations
    {0xE0000, 0xE0FFF},  // tags
};

bool IsHidden(uint32_t code) {
  for (const auto& range : kHidden) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

std::string Escaped(uint32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  std::array<char, 16> text{};
  if (code > 0xFFFF) {  // a surrogate pair, as JSON has it
    const uint32_t rest = code - 0x10000;
    std::snprintf(text.data(), text.size(), "\\u%04x\\u%04x", 0xD800 + (rest >> 10),
                  0xDC00 + (rest & 0x3FF));
  } else {
    std::snprintf(text.data(), text.size(), "\\u%04x", code);
  }
  return text.data();
}

std::string EscapedByte(char byte) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\x%02x", unsigned{static_cast<unsigned char>(byte)});
  return text.data();
}

std::string Shown(std::string_view text, bool keeps_lines) {
  std::string shown;
  bool line_begins = true;
  while (!text.empty()) {
    const std::optional<Character> character = FirstCharacter(text);
    if (!character) {
      shown += EscapedByte(text[0]);
      text.remove_prefix(1);
      line_begins = false;
      continue;
    }
    const char c = text[0];
    const bool stays = keeps_lines && (c == '\n' || c == '\t');
    const bool command = (line_begins && text.starts_with("::")) || text.starts_with("##[");
    if (!stays && (command || IsHidden(character->code))) {
      shown += Escaped(character->code);
    } else {
      shown += text.substr(0, character->bytes);
    }
    line_begins =
        (stays && c == '\n') || (line_begins && kBlanks.find(c) != std::string_view::npos);
    text.remove_prefix(character->bytes);
  }
  return shown;
}

}  // namespace

std::string Printable(std::string_view text) { return Shown(text, false); }

std::string PrintableLines(std::string_view text) { return Shown(text, true); }

}  // namespace quantbench
