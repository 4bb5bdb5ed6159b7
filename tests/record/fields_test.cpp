// SPDX-License-Identifier: Apache-2.0
// A table of fields is all that a struct needs to be written and read, strictly or leniently.
#include "record/field.h"

#include <doctest/doctest.h>

#include <set>

#include "record/columns.h"
#include "record/json.h"
#include "support/error.h"

namespace quantbench {
namespace testing {

struct Part {
  int64_t count = 0;
  std::string name;
};
struct Whole : Part {
  std::vector<double> values;
  std::optional<double> maybe;
  std::array<float, 2> pair{};
  Part nested;
  std::optional<Preparation> embedded;
};

}  // namespace testing

using testing::Part;
using testing::Whole;

template <>
struct Fields<Part> {
  static constexpr std::tuple kAll{Field("count", &Part::count), Field("name", &Part::name)};
};

template <>
struct Fields<Whole> {
  static constexpr std::string_view kKind = "whole";
  static constexpr std::tuple kAll{Base<Part>(),
                                   Field("values", &Whole::values),
                                   Field("maybe", &Whole::maybe),
                                   Field("pair", &Whole::pair),
                                   Field("nested", &Whole::nested),
                                   Embedded(&Whole::embedded),
                                   Computed<Whole, bool>("has_values", [](const Whole& whole) {
                                     return !whole.values.empty();
                                   })};
};

namespace {

constexpr char kText[] =
    R"({"kind":"whole","count":-3,"name":"a","values":[0.1],"maybe":null,"pair":[1.0,2.0],)"
    R"("nested":{"count":4,"name":""},"has_values":true})";

TEST_CASE("a struct is written in its table's order and read back") {
  const auto whole = FromText<Whole>(kText, Strictness::kLines);
  CHECK(whole.count == -3);
  CHECK(whole.nested.count == 4);
  CHECK(!whole.embedded);
  CHECK(ToLine(ToJson(whole), false) == kText);
  const std::string with = std::string(kText, sizeof(kText) - 2) + ",\"fallback_nodes\":7}";
  CHECK(FromText<Whole>(with, Strictness::kLines).embedded->fallback_nodes == 7);
}

TEST_CASE("lines need all, results what they have, and both say where") {
  const struct {
    const char* reason;
    const char* text;
    const char* in_lines;  // the message; "" where it is fine
    const char* in_results;
  } cases[] = {
      {"as written", kText, "", "count: expected an integer of 0 to 9223372036854775807"},
      {"a key is missing", R"({"count": 1, "name": "a", "values": [], "pair": [1, 2]})",
       "nested: expected an object, found null", ""},
      {"null isn't a number", R"({"count": null})", "count: expected an integer", ""},
      {"a wrong type deep inside", R"({"count": 1, "name": "", "values": [1, "x"]})",
       "values[1]: expected a number, found string", "values[1]: expected a number, found string"},
      {"too short", R"({"count": 1, "name": "", "values": [], "pair": [1]})",
       "pair: expected an array of 2", "pair: expected an array of 2"},
      {"no object", "[]", "expected an object, found array", "expected an object, found array"},
      {"no JSON", "{", "isn't JSON", "isn't JSON"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const auto check = [&](Strictness strictness, const std::string& message) {
      if (message.empty()) {
        CHECK_NOTHROW(FromText<Whole>(one.text, strictness));
      } else {
        CHECK_THROWS_WITH_AS(FromText<Whole>(one.text, strictness),
                             doctest::Contains(message.c_str()), Error);
      }
    };
    check(Strictness::kLines, one.in_lines);
    check(Strictness::kResults, one.in_results);
  }
}

TEST_CASE("columns for people have places of their own, and a title") {
  std::set<int> places;
  for (const Column* column : PageColumns()) {
    CAPTURE(column->name);
    CHECK(places.insert(column->traits.page.place).second);
    CHECK(*column->traits.page.title != '\0');
    CHECK(*column->traits.page.hint != '\0');
  }
  places.clear();
  for (const Column* column : TerminalColumns()) {
    CAPTURE(column->name);
    CHECK(places.insert(column->traits.terminal.place).second);
    CHECK(*column->traits.terminal.title != '\0');
  }
}

TEST_CASE("results without latency are what they would be had none been measured") {
  const auto row = [](const std::string& precision, int64_t correct) {
    Row made{{.case_id = precision}};
    made.precision = precision;
    made.model_bytes = 10 * correct;
    made.accuracy = {.images = 200, .top1_correct = correct};
    return made;
  };
  std::vector<Row> plain{row("fp32", 160), row("int8", 150)}, timed = plain;
  for (Row& one : timed)
    one.latency.Add({.repetition = {.samples = 1, .mean_ms = 2}, .milliseconds = {2}});
  Derive(plain);
  Derive(timed);
  CHECK(timed[1].summary.speedup_vs_fp32 == 1);
  CHECK(timed[1].summary.images_per_second == 500);
  for (Row& one : timed) one.latency = {};
  Derive(timed);
  for (size_t i = 0; i < plain.size(); ++i) {
    for (const Column& column : Columns()) {
      CAPTURE(column.name);
      CHECK(ToString(column.cell(timed[i])) == ToString(column.cell(plain[i])));
    }
  }
}

}  // namespace
}  // namespace quantbench
