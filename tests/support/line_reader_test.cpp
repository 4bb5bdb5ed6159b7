// SPDX-License-Identifier: Apache-2.0
// Lines in pieces.
#include "support/line_reader.h"

#include <doctest/doctest.h>

#include <vector>

namespace quantbench {
namespace {

TEST_CASE("lines come out whole, however their bytes come in") {
  const struct {
    const char* reason;
    std::vector<std::string> pieces;
    std::vector<std::string> lines;
    size_t pending;
  } cases[] = {
      {"a line at once", {"one\n"}, {"one"}, 0},
      {"a line in pieces", {"o", "n", "e\n"}, {"one"}, 0},
      {"several in one piece", {"one\n\ntwo\nth"}, {"one", "", "two"}, 2},
      {"a piece that ends one and begins another", {"on", "e\ntw", "o\n"}, {"one", "two"}, 0},
      {"nothing that ends", {"one", "two"}, {}, 6},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    LineReader reader;
    std::vector<std::string> lines;
    for (const std::string& piece : one.pieces) {
      reader.Append(piece);
      for (std::string line; reader.Take(line);) lines.push_back(line);
    }
    CHECK(lines == one.lines);
    CHECK(reader.pending() == one.pending);
  }
}

}  // namespace
}  // namespace quantbench
