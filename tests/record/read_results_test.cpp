// SPDX-License-Identifier: Apache-2.0
// results.json is read back whole, and what is no results.json is refused with its place.
#include "record/read_results.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "record/columns.h"
#include "support/error.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

Results Sample() {
  Row row{{.scenario = "mini", .case_id = "r/fp32/b1/t1", .status = Status::kFailed}};
  row.detail = "line\nbreak, \"quote\"";
  row.model = "m";
  row.backend = "r";
  row.backend_version = "0.1";
  row.isa = "generic";
  row.precision = "fp32";
  row.quantization = "none";
  row.observer = "minmax";
  row.granularity = "per_tensor";
  row.batch_size = 4;
  row.threads = 2;
  row.accuracy = {.images = 10, .top1_correct = 7, .top5_correct = 9, .outputs_hash = "abc"};
  row.summary.top1_percent = 70;
  row.summary.top5_percent = 90;
  row.summary.top1_drop_pp = -0.1;
  row.model_bytes = 123456789012;
  row.summary.size_ratio = 0.1 + 0.2;  // needs 17 digits
  row.summary.latency_ms_median = 1.0 / 3;
  row.summary.latency_ms_mean = 2;
  row.summary.latency_ms_min = 3;
  row.summary.latency_ms_p90 = 4;
  row.summary.latency_cv_percent = 5;
  row.summary.latency_samples = 2;
  row.summary.images_per_second = 6;
  row.summary.speedup_vs_fp32 = 7;
  row.predictions_file = "predictions/r-fp32.csv";
  row.summary.latency_repetitions = 2;
  row.summary.latency_outliers = 1;
  row.summary.latency_preempted_percent = 50;
  row.preparation.fallback_nodes = 2;
  row.memory = {.peak_private_mb = 1.5, .weights_mb = 0.0};
  row.latency.samples_ms = {0.25, 1e-9};
  row.latency.repetitions = {{.samples = 1,
                              .median_ms = 2,
                              .min_ms = 3,
                              .mean_ms = 8,
                              .deviation_ms = 9,
                              .fast_ms = 4,
                              .slow_ms = 10,
                              .fast_cpu_ms = 5,
                              .preempted = 6,
                              .yardstick_ms = 7,
                              .warmed_up = false},
                             {.samples = 1}};
  Results results{.rows = {row, {{.case_id = "other"}}}, .warnings = {"busy"}};
  results.environment = {.cpu_model = "Abacus", .logical_cores = 3};
  results.environment.libraries = {{"tbb", "1"}};
  results.inputs = {"s", "m", "c", "e"};
  return results;
}

std::string Written(const Results& results) {
  std::ostringstream stream;
  WriteJson(results, stream);
  return stream.str();
}

TEST_CASE("what was written and read is written again the same") {
  const std::string text = Written(Sample());
  CHECK(Written(ParseResults(text, "x")) == text);
}

TEST_CASE("the reader knows every column") {
  for (const Column& column : Columns()) {
    const std::string name(column.name);
    CAPTURE(name);
    // An object is no column's value, so a column that is read is refused by name.
    const std::string others = std::string(name == "case_id" ? "" : "\"case_id\": \"a\", ") +
                               (name == "status" ? "" : "\"status\": \"ok\", ");
    const std::string json = "{\"schema\": 1, \"rows\": [{" + others + "\"" + name + "\": {}}]}";
    CHECK_THROWS_WITH_AS(ParseResults(json, "x"), doctest::Contains(("rows[0]." + name).c_str()),
                         Error);
  }
}

TEST_CASE("unknown keys and missing columns are no mistake") {
  const Results results = ParseResults(
      R"({"schema": 1, "future": [], "rows": [{"case_id": "a", "status": "ok", "new": {}}]})", "x");
  REQUIRE(results.rows.size() == 1);
  CHECK(results.rows[0].case_id == "a");
  CHECK(!results.rows[0].summary.top1_percent);
}

TEST_CASE("what is no results.json is refused with its place") {
  const struct {
    const char* reason;
    const char* json;
    const char* message;
  } cases[] = {
      {"empty file", "", "x: isn't JSON"},
      {"cut off", R"({"schema": 1, "rows": [{"case_id")",
       "x: isn't JSON, or is cut off, at line 1, column 34"},
      {"a mistake on another line", "{\"schema\": 1,\n \"\u00e9\": 2,\n  oops}",
       "x: isn't JSON, or is cut off, at line 3, column 3"},
      {"not an object", "[]", "x: expected an object, found array"},
      {"no schema", "{}", "x: schema: expected an integer"},
      {"other schema", R"({"schema": 2, "rows": []})", "x: schema: this quantbench reads schema 1"},
      {"no rows", R"({"schema": 1})", "x: rows: expected an array, found null"},
      {"rows of another type", R"({"schema": 1, "rows": {}})", "x: rows: expected an array"},
      {"a row that is none", R"({"schema": 1, "rows": [3]})", "x: rows[0]: expected an object"},
      {"no status", R"({"schema": 1, "rows": [{"case_id": "a"}]})",
       "rows[0].status: expected text"},
      {"unknown status", R"({"schema": 1, "rows": [{"case_id": "a", "status": "fine"}]})",
       "rows[0].status: expected a status"},
      {"no case", R"({"schema": 1, "rows": [{"status": "ok"}]})", "rows[0].case_id: expected text"},
      {"a case twice",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok"}, {"case_id": "a", "status": "ok"}]})",
       "rows[1].case_id: 'a' is there twice"},
      {"beyond int",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "threads": 9999999999}]})",
       "rows[0].threads: expected an integer of 0 to 2147483647"},
      {"beyond int64",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "images": 18446744073709551615}]})",
       "rows[0].images: expected an integer"},
      {"negative count",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "images": -1}]})",
       "rows[0].images: expected an integer"},
      {"text for a number",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "top1_percent": "7"}]})",
       "rows[0].top1_percent: expected a number, found string"},
      {"a number beyond double",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "top1_percent": 1e999}]})",
       "x: isn't JSON of quantbench: a number is larger than any"},
      {"a sample that is none",
       R"({"schema": 1, "rows": [{"case_id": "a", "status": "ok", "latency_samples_ms": [1, null]}]})",
       "rows[0].latency_samples_ms[1]: expected a number"},
      {"environment of another type", R"({"schema": 1, "environment": 1, "rows": []})",
       "environment: expected an object"},
      {"not UTF-8", "{\"schema\": 1, \"rows\": [], \"warnings\": [\"\xff\"]}", "x: isn't JSON"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK_THROWS_WITH_AS(ParseResults(one.json, "x"), doctest::Contains(one.message), Error);
  }
}

TEST_CASE("deep nesting is refused without a crash") {
  for (const char* const opening : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 1000000; ++i) deep += opening;
    const std::string text = "{\"schema\": 1, \"rows\": [], \"digest\": \"\", \"x\": " + deep;
    CHECK_THROWS_WITH_AS(ParseResults(text, "x"), doctest::Contains("nested deeper than 100"),
                         Error);
  }
  const std::string brackets_in_text =
      R"({"schema": 1, "rows": [], "x": ")" + std::string(1000, '[') + R"(\"[["})";
  CHECK(ParseResults(brackets_in_text, "x").rows.empty());
}

TEST_CASE("what was edited by hand shows, what was only laid out anew doesn't") {
  const std::string text = Written(Sample());
  CHECK(!ParseResults(text, "x").is_edited);
  CHECK(!ParseResults(nlohmann::ordered_json::parse(text).dump(), "x").is_edited);
  CHECK(!ParseResults(R"({"schema": 1, "rows": []})", "x").is_edited);  // of before digests
  // Every digit and every letter of a name or value counts.
  size_t edits = 0;
  for (size_t i = 0; i < text.size(); i += 7) {
    std::string edited = text;
    char& c = edited[i];
    if (c >= '0' && c <= '8') {
      ++c;
    } else if (c >= 'a' && c <= 'y' && c != 'u') {
      ++c;
    } else {
      continue;
    }
    CAPTURE(edited.substr(i < 40 ? 0 : i - 40, 80));
    try {
      const bool is_known = ParseResults(edited, "x").is_edited;
      // The name of the digest itself can be lost, and then there is none. The last of 17 digits
      // may not change the number.
      const bool is_same = nlohmann::json::parse(edited) == nlohmann::json::parse(text);
      CHECK((is_known || is_same || edited.find("\"digest\"") == std::string::npos));
      ++edits;
    } catch (const Error&) {
      // No results any more: that shows as well.
    }
  }
  CHECK(edits > 50);
}

TEST_CASE("a path is a file or a folder with results.json in it") {
  const testing::ScratchFolder scratch;
  CHECK_THROWS_WITH_AS(ReadResults(scratch.path()), doctest::Contains("no results.json"), Error);
  CHECK_THROWS_AS(ReadResults(scratch.path() / "none.json"), Error);
  WriteFileAtomically(scratch.path() / "results.json", Written(Sample()));
  CHECK(ReadResults(scratch.path()).rows.size() == 2);
  CHECK(ReadResults(scratch.path() / "results.json").rows.size() == 2);
}

}  // namespace
}  // namespace quantbench
