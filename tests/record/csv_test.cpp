// SPDX-License-Identifier: Apache-2.0
// Text that a spreadsheet would compute, and reading it back.
#include "record/csv.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "record/results.h"

namespace quantbench {
namespace {

TEST_CASE("text that looks like a formula is guarded, numbers and other text are as they are") {
  const struct {
    const char* reason;
    std::string text, field;
  } cases[] = {
      {"plain", "reference", "reference"},
      {"a formula", "=1+2", "'=1+2"},
      {"a command", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
      {"quoted as well", "=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
      {"plus", "+1+1", "'+1+1"},
      {"minus", "-1+1", "'-1+1"},
      {"at", "@SUM(A1)", "'@SUM(A1)"},
      {"behind a tab", "\t=1", "'\t=1"},
      {"a negative number", "-1.5", "-1.5"},
      {"a number with its sign", "+2e-3", "+2e-3"},
      {"no number that is finite", "-inf", "'-inf"},
      {"a dash", "-", "-"},
      {"an option", "--jobs", "'--jobs"},
      {"inside", "a=b", "a=b"},
      {"empty", "", ""},
      {"an apostrophe", "'a", "'a"},
      {"guarded already", "'=1", "''=1"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(CsvText(one.text) == one.field);
    const auto records = ParseCsv(one.field + "\n");
    if (!one.text.empty()) CHECK(WithoutGuard(records.at(0).at(0)) == one.text);
  }
}

TEST_CASE("results.csv shows text of plugins, and figures as they are") {
  Row row{{.scenario = "=1+1", .case_id = "-x/y", .detail = "\x1b[31m, then\na line"}};
  row.summary.top1_drop_pp = -1.25;
  std::ostringstream stream;
  WriteCsv(std::span(&row, 1), stream);
  CHECK(stream.str().find("\n'=1+1,'-x/y,ok,\"\\u001b[31m, then\na line\",") != std::string::npos);
  CHECK(stream.str().find(",-1.25,") != std::string::npos);
}

}  // namespace
}  // namespace quantbench
