// SPDX-License-Identifier: Apache-2.0
// Techniques that change what they must leave alone are told of.
#include "stage/plausible.h"

#include <doctest/doctest.h>

namespace quantbench {
namespace {

Row RowOf(const std::string& backend, const std::string& precision, int64_t correct) {
  Row row;
  row.backend = backend;
  row.precision = precision;
  row.accuracy = Evaluation();
  row.accuracy->images = 1000;
  row.accuracy->top1_correct = correct;
  return row;
}

TEST_CASE("a technique that moves the float network's accuracy makes all rows with it doubtful") {
  const std::vector<std::string> techniques{"none", "cle", "none", "cle", "none", "cle"};
  const auto rows_with = [](int64_t after) {
    return std::vector<Row>{RowOf("a", "fp32", 850),   RowOf("a", "fp32", after),
                            RowOf("a", "int8", 700),   RowOf("a", "int8", 800),
                            RowOf("b", "fp32", after), RowOf("b", "int8", 800)};
  };
  for (const int64_t after : {849, 850, 851}) {
    CAPTURE(after);
    std::vector<Row> rows = rows_with(after);
    CHECK(DoubtTechniques(techniques, rows).empty());
    for (const Row& row : rows) CHECK(row.doubt.empty());
  }
  std::vector<Row> rows = rows_with(848);
  CHECK(DoubtTechniques(techniques, rows) == std::vector<size_t>{1});
  const std::string text = "cle moved the float network's Top-1 from 85.00 to 84.80 percent";
  const std::vector<std::string> doubts{"", text, "", text, "", ""};
  for (size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(rows[i].doubt == doubts[i]);
    CHECK(rows[i].detail == doubts[i]);
  }
}

}  // namespace
}  // namespace quantbench
