// SPDX-License-Identifier: Apache-2.0
// Writes XML-style markup, for SVG and HTML, with everything escaped that isn't markup.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

// The text for element content and quoted attributes: & < > " ' as references. Bytes that aren't
// UTF-8, control characters, which XML can't hold, and what hides become escapes (PrintableLines).
std::string EscapeMarkup(std::string_view text);

// A coordinate or size: at most two decimals, no trailing zeros, '.' in any locale.
std::string MarkupNumber(double value);

struct Attribute {
  Attribute(std::string_view key, double number) : name(key), value(MarkupNumber(number)) {}
  Attribute(std::string_view key, std::string text) : name(key), value(std::move(text)) {}
  Attribute(std::string_view key, const char* text) : name(key), value(text) {}

  std::string_view name;
  std::string value;  // as meant, not escaped
};
using Attributes = std::initializer_list<Attribute>;

// Grows a document element by element. Names of elements and attributes are trusted, values and
// text are not.
class Markup {
 public:
  Markup& Open(std::string_view element, Attributes attributes = {});
  Markup& Close();  // the innermost open element
  Markup& Empty(std::string_view element, Attributes attributes = {});
  Markup& Text(std::string_view text);
  // Open, Text, Close.
  Markup& Leaf(std::string_view element, Attributes attributes, std::string_view text);
  // Markup made elsewhere, taken as it is.
  Markup& Raw(std::string_view markup);

  // All so far; every element must have been closed.
  const std::string& str() const;

 private:
  void Tag(std::string_view element, Attributes attributes, std::string_view end);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace quantbench
