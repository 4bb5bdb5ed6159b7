// SPDX-License-Identifier: Apache-2.0
// Escaping and nesting.
#include "chart/markup.h"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

namespace quantbench {
namespace {

TEST_CASE("no text becomes markup") {
  const struct {
    const char* reason;
    std::string text, escaped;
  } cases[] = {
      {"an element", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"a way out of an attribute", "\"' onload=x", "&quot;&#39; onload=x"},
      {"a reference", "&lt;", "&amp;lt;"},
      {"letters of other scripts stay", "\xC3\xA9\xE2\x82\xAC", "\xC3\xA9\xE2\x82\xAC"},
      {"a byte that is no UTF-8", "a\xFFz", "a\\xffz"},
      {"a control character, which XML can't hold", std::string("a\0z", 3), "a\\u0000z"},
      {"what turns the rest around", "a\u202Ez", "a\\u202ez"},
      {"a character cut off at the end", "a\xE2\x82", "a\\xe2\\x82"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK(EscapeMarkup(c.text) == c.escaped);
  }
}

TEST_CASE("elements nest, attributes and text are escaped") {
  Markup markup;
  markup.Open("g", {{"class", "a\"b"}}).Empty("rect", {{"x", 1.5}}).Leaf("text", {}, "<").Close();
  CHECK(markup.str() == "<g class=\"a&quot;b\"><rect x=\"1.5\"/>\n<text>&lt;</text>\n</g>\n");
}

TEST_CASE("an unclosed or unopened element is a mistake of the program") {
  Markup markup;
  CHECK_THROWS_AS(markup.Close(), std::logic_error);
  markup.Open("g");
  CHECK_THROWS_AS(markup.str(), std::logic_error);
}

TEST_CASE("coordinates are short, and finite") {
  CHECK(MarkupNumber(1.0 / 3) == "0.33");
  CHECK(MarkupNumber(-0.001) == "0");
  CHECK(MarkupNumber(1200) == "1200");
  CHECK_THROWS_AS(MarkupNumber(std::numeric_limits<double>::quiet_NaN()), std::logic_error);
}

}  // namespace
}  // namespace quantbench
