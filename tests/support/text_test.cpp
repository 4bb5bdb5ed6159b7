// SPDX-License-Identifier: Apache-2.0
// UTF-8 and suggestions: what messages are made with.
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/suggest.h"
#include "support/utf8.h"

namespace quantbench {

TEST_CASE("text that isn't UTF-8 is found at its first bad byte") {
  using namespace std::string_literals;
  struct Row {
    std::string why;
    std::string text;
    std::optional<size_t> bad;
  };
  const Row rows[] = {
      {"empty", "", std::nullopt},
      {"line ends and tabs", "a\tb\r\n", std::nullopt},
      {"two, three and four bytes", "\u00e4\u20ac\U0001F600", std::nullopt},
      {"the last code point", "\U0010FFFF", std::nullopt},
      {"a zero", "ab\0"s, 2},
      {"escape", "a\x1b[31m", 1},
      {"delete", "\x7f", 0},
      {"a C1 control in two bytes", "a\xc2\x9b", 1},
      {"a continuation byte alone", "a\x80", 1},
      {"a character cut short by the end", "a\xe2\x82", 1},
      {"a character cut short by another", "a\xe2\x82z", 1},
      {"overlong in two bytes", "\xc0\xaf", 0},
      {"overlong in three", "\xe0\x80\xaf", 0},
      {"overlong in four", "\xf0\x80\x80\xaf", 0},
      {"a surrogate", "\xed\xa0\x80", 0},
      {"beyond the last code point", "\xf4\x90\x80\x80", 0},
      {"bytes that never occur", "a\xff", 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(FindBinary(row.text) == row.bad);
  }
}

TEST_CASE("suggestions are near, or there is none") {
  constexpr std::string_view kWords[] = {"warmup_seconds", "min_seconds", "repetitions", "off"};
  struct Row {
    std::string why;
    std::string word;
    std::string suggestion;
  };
  const Row rows[] = {
      {"a letter missing", "min_secnds", "min_seconds"},
      {"a letter too many", "repetitionss", "repetitions"},
      {"a wrong letter", "warmup_secondz", "warmup_seconds"},
      {"two swapped letters", "reptetitions", "repetitions"},
      {"case", "MIN_SECONDS", "min_seconds"},
      {"dashes", "min-seconds", "min_seconds"},
      {"a short word", "of", "off"},
      {"the start of a word", "warmup", "warmup_seconds"},
      {"the first of two that end so", "seconds", "warmup_seconds"},
      {"nothing in common", "colour", ""},
      {"nothing in common, and short", "x", ""},
      {"no word", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string expected;
    if (!row.suggestion.empty()) {
      expected.append(" (did you mean '").append(row.suggestion).append("'?)");
    }
    CHECK(DidYouMean(row.word, kWords) == expected);
  }
  CHECK(DidYouMean(std::string(100000, 'x'), kWords) == "");
  // What is asked for isn't there; nobody mistyped anything.
  constexpr std::string_view kTypes[] = {"fp32", "int8"};
  CHECK(Allowed("int4", kTypes) == "allowed: fp32, int8");
  CHECK(Allowed("INT8", kTypes) == "allowed: fp32, int8 (did you mean 'int8'?)");
  CHECK(Allowed("itn8", kTypes) == "allowed: fp32, int8 (did you mean 'int8'?)");
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("net" + std::to_string(i));
  CHECK(Allowed("net31", std::vector<std::string_view>(names.begin(), names.end())) ==
        "near: net1, net3, net11, net13, net21; 30 are known");
}

}  // namespace quantbench
