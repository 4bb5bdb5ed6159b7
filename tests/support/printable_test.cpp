// SPDX-License-Identifier: Apache-2.0
// Text of others can't do more than be read.
#include "support/printable.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace quantbench {
namespace {

using namespace std::string_literals;

TEST_CASE("text that isn't ours is shown, not obeyed") {
  const struct {
    const char* reason;
    std::string text, one_line, lines;
  } cases[] = {
      {"plain", "a b", "a b", "a b"},
      {"letters of other scripts", "\u00e9\u20ac\U0001F600", "\u00e9\u20ac\U0001F600",
       "\u00e9\u20ac\U0001F600"},
      {"a colour", "a\x1b[31mb", "a\\u001b[31mb", "a\\u001b[31mb"},
      {"the title of the window", "\x1b]0;x\x07", "\\u001b]0;x\\u0007", "\\u001b]0;x\\u0007"},
      {"an escape sequence in one character", "\u009b31m", "\\u009b31m", "\\u009b31m"},
      {"a NUL", "a\0b"s, "a\\u0000b", "a\\u0000b"},
      {"over the line again", "a\rb", "a\\rb", "a\\rb"},
      {"backspaces", "ab\b\b", "ab\\u0008\\u0008", "ab\\u0008\\u0008"},
      {"delete", "a\x7f", "a\\u007f", "a\\u007f"},
      {"lines and tabs", "a\n\tb", "a\\n\\tb", "a\n\tb"},
      {"right to left", "\u202egpj.exe", "\\u202egpj.exe", "\\u202egpj.exe"},
      {"isolates and marks", "\u2066\u2069\u200e\u061c", "\\u2066\\u2069\\u200e\\u061c",
       "\\u2066\\u2069\\u200e\\u061c"},
      {"nothing to see", "a\u200bb\ufeff", "a\\u200bb\\ufeff", "a\\u200bb\\ufeff"},
      {"a separator of lines", "a\u2028b", "a\\u2028b", "a\\u2028b"},
      {"tags beyond 16 bits", "\U000E0041", "\\udb40\\udc41", "\\udb40\\udc41"},
      {"no UTF-8", "a\xff\xc3", "a\\xff\\xc3", "a\\xff\\xc3"},
      {"a command of GitHub's", "::error::x", "\\u003a:error::x", "\\u003a:error::x"},
      {"behind blanks", "  ::set-output", "  \\u003a:set-output", "  \\u003a:set-output"},
      {"on a line of its own", "a\n::error::x", "a\\n::error::x", "a\n\\u003a:error::x"},
      {"a name of C++", "std::bad_alloc", "std::bad_alloc", "std::bad_alloc"},
      {"a command of Azure's", "a ##[error]", "a \\u0023#[error]", "a \\u0023#[error]"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(Printable(one.text) == one.one_line);
    CHECK(PrintableLines(one.text) == one.lines);
    CHECK(Printable(one.one_line) == one.one_line);
  }
}

TEST_CASE("JSON stays the same JSON") {
  const nlohmann::json json{{"a\u202e", "\x1b[31m\u009b\u2028\n\U000E0041"}, {"b", {1, "::x"}}};
  const std::string text = PrintableLines(json.dump(2));
  CHECK(text.find("\u009b") == std::string::npos);
  CHECK(nlohmann::json::parse(text) == json);
}

}  // namespace
}  // namespace quantbench
