// SPDX-License-Identifier: Apache-2.0
// The page as text; how it looks and behaves is tested in a browser (tests/browser).
#include "html/report.h"

#include <doctest/doctest.h>

#include <limits>
#include <set>

#include "html/cases.h"
#include "html/short_names.h"
#include "support/contains.h"

namespace quantbench {
namespace {

using html::Point;
using testing::Contains;

Row MakeRow(const std::string& backend, const std::string& precision, double top1, double ms) {
  Row row{{.scenario = "s", .case_id = backend + "/" + precision}};
  row.backend = backend;
  row.precision = precision;
  row.accuracy = {.images = 200, .top1_correct = static_cast<int64_t>(2 * top1)};
  row.model_bytes = precision == "fp32" ? 4000000 : 1000000;
  row.latency = {.samples_ms = {ms, ms * 1.1, ms * 0.9},
                 .repetitions = {{.samples = 3, .median_ms = ms, .min_ms = ms, .mean_ms = ms}}};
  Derive({&row, 1});
  return row;
}

Results TwoRows() {
  Results results;
  results.rows = {MakeRow("b", "fp32", 80, 10), MakeRow("b", "int8", 78.5, 4)};
  Derive(results.rows);
  return results;
}

TEST_CASE("the Pareto front holds what nothing beats") {
  const struct {
    const char* reason;
    std::vector<Point> points;
    std::vector<size_t> front;
  } cases[] = {
      {"nothing", {}, {}},
      {"one", {{1, 1}}, {0}},
      {"slower and worse is off", {{1, 5}, {2, 4}, {3, 6}}, {0, 2}},
      {"as fast but worse is off", {{1, 4}, {1, 5}}, {1}},
      {"as good but slower is off", {{2, 5}, {1, 5}}, {1}},
      {"equal ones are all on it", {{1, 5}, {1, 5}}, {0, 1}},
      {"order of input doesn't matter", {{3, 3}, {1, 1}, {2, 2}}, {1, 2, 0}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK(html::ParetoFront(c.points) == c.front);
  }
}

TEST_CASE("the page holds headline, charts, table and environment") {
  Results results = TwoRows();
  results.environment.cpu_model = "Some Processor 9000";
  results.warnings = {"the governor is powersave"};
  const std::string page = HtmlReport(results);
  for (const char* part :
       {"int8 on b has 78.50% Top-1, \u22121.50 points against fp32, takes 25% of its bytes, runs "
        "at 2.50 times its speed.",
        "Accuracy against time", "Accuracy against size", "Accuracy of each recipe",
        "Spread of the latencies", "id=\"case-1\"", "Some Processor 9000",
        "the governor is powersave"}) {
    CAPTURE(part);
    CHECK(Contains(page, part));
  }
}

TEST_CASE("the page loads nothing") {
  const std::string page = HtmlReport(TwoRows());
  for (const char* part : {"http:", "https:", "src=", "@import", "url("}) {
    CAPTURE(part);
    CHECK(!Contains(page, part));
  }
  CHECK(Contains(page, "default-src &#39;none&#39;"));
}

TEST_CASE("no text of the results becomes markup") {
  const std::string hostile = "<script>alert('x')</script>\"><img onerror=y>";
  Results results = TwoRows();
  for (Row& row : results.rows) {
    for (auto member :
         {&Row::scenario, &Row::case_id, &Row::detail, &Row::model, &Row::backend, &Row::isa,
          &Row::precision, &Row::quantization, &Row::observer, &Row::granularity, &Row::qconfig}) {
      row.*member = hostile;
    }
    row.status = Status::kFailed;
  }
  for (auto member : {&Environment::cpu_model, &Environment::commit, &Environment::kernel,
                      &Environment::hostname, &Environment::started_at}) {
    results.environment.*member = hostile;
  }
  results.environment.quantbench_version = hostile;
  results.environment.libraries = {{hostile, hostile}};
  results.inputs.model = hostile;
  results.warnings = {hostile};
  const std::string page = HtmlReport(results);
  CHECK(!Contains(page, "<script>alert"));
  CHECK(!Contains(page, "<img"));
  CHECK(Contains(page, "&lt;script&gt;alert(&#39;x&#39;)"));
}

TEST_CASE("engines stand beside the formulas, each evaluation once") {
  Results results = TwoRows();
  CHECK(!Contains(HtmlReport(results), "Same model, other engine"));
  Row engine = MakeRow("<i>engine", "fp32", 80, 2);
  engine.predictions_file = "predictions/engine.csv";
  engine.agreement = Agreement{
      .top1_percent = 98.5,
      .sqnr_db = 42.25,
      .with = "b",
      .layers = LayerComparison{
          .images = 4, .layers = 65, .first = "<i>add", .place = 22, .differing_percent = 0.0259}};
  results.rows.push_back(engine);
  engine.case_id += "/b4";
  results.rows.push_back(engine);
  const std::string page = HtmlReport(results);
  const std::string layer = "&lt;i&gt;add, number 22 of 65 on 4 images: 0.026% of its values";
  CHECK(Contains(page, layer));
  CHECK(page.find(layer) == page.rfind(layer));
  CHECK(!Contains(page, "<i>"));
  results.rows[2].agreement->layers->first = "";
  CHECK(Contains(HtmlReport(results), "none of 65 on 4 images"));
  results.rows[2].agreement->layers.reset();
  CHECK(Contains(HtmlReport(results), "it doesn\u2019t give its layers"));
}

TEST_CASE("a page is made of whatever there is") {
  CHECK(Contains(HtmlReport({}), "These results hold no case."));
  Results failed;
  failed.rows = {Row{
      {.scenario = "s", .case_id = "c", .status = Status::kFailed, .detail = "ran out of beads"}}};
  CHECK(Contains(HtmlReport(failed), "ran out of beads"));
  Results accuracy = TwoRows();
  for (Row& row : accuracy.rows) {
    row.summary.latency_ms_median.reset();
    row.summary.images_per_second.reset();
    row.latency.samples_ms.clear();
  }
  CHECK(!Contains(HtmlReport(accuracy), "Accuracy against time"));
  CHECK(Contains(HtmlReport(accuracy), "Accuracy against size"));
}

// What stands between the quotes of attribute="...".
std::set<std::string> ValuesOf(const std::string& page, const std::string& attribute) {
  std::set<std::string> values;
  const std::string begin = " " + attribute + "=\"";
  for (size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const size_t start = at + begin.size();
    values.insert(page.substr(start, page.find('"', start) - start));
  }
  return values;
}

TEST_CASE("links lead to parts that are there: rows, strips, bars, layers") {
  Results results = TwoRows();
  results.inputs.model = "hash";
  results.rows.push_back(MakeRow("c", "int8", 70, 3));
  results.rows.back().latency.samples_ms.clear();
  Derive(results.rows);
  Diagnosis diagnosis;
  diagnosis.case_id = "b/int8";
  diagnosis.model_hash = "hash";
  Diagnosis of_another = diagnosis;
  of_another.model_hash = "other";
  const std::string page = HtmlReport(results, nullptr, std::vector{of_another, diagnosis});
  const std::set<std::string> ids = ValuesOf(page, "id"), links = ValuesOf(page, "href");
  for (const std::string& link : links) {
    CAPTURE(link);
    CHECK(link.starts_with("#"));
    CHECK(ids.contains(link.substr(1)));
  }
  for (const char* const link : {"#accuracy", "#recipes", "#latencies", "#cases", "#environment",
                                 "#case-1", "#runs-1", "#recipe-1", "#layers-0"})
    CHECK_MESSAGE(links.contains(link), link);
  CHECK(!links.contains("#runs-2"));  // nothing was timed
  CHECK(!ids.contains("layers-1"));
}

TEST_CASE("cases are counted apart only where some failed") {
  Results results = TwoRows();
  CHECK(!Contains(HtmlReport(results), "whole"));
  results.rows[1].status = Status::kCrashed;
  CHECK(Contains(HtmlReport(results), "1 of 2"));
  CHECK(Contains(HtmlReport(results), ">1 crashed<"));
}

TEST_CASE("axes that leave something out say so, and points have short names") {
  Results results = TwoRows();
  for (Row& row : results.rows) row.observer = row.precision == "fp32" ? "" : "minmax";
  const std::string page = HtmlReport(results);
  CHECK(Contains(page, "an axis leaves something out"));
  CHECK(Contains(page, ">int8</text>"));
  CHECK(Contains(page, "int8 minmax"));  // in full in the table and for screen readers
}

TEST_CASE("names leave out what all cases have the same") {
  std::vector<Row> rows(3);
  for (Row& row : rows) {
    row.backend = "b";
    row.precision = "int8";
    row.quantization = "static";
    row.observer = "minmax";
    row.granularity = "per_tensor";
  }
  rows[0].precision = "fp32";
  rows[0].observer = rows[0].granularity = "";
  rows[0].quantization = "none";
  rows[2].granularity = "per_channel";
  rows[2].batch_size = 4;
  const html::ShortNames names(rows);
  CHECK(names.Recipe(rows[0]) == "fp32");
  CHECK(names.Recipe(rows[1]) == "int8 per_tensor");
  CHECK(names.Case(rows[1]) == "int8 per_tensor, batch 1");
  CHECK(names.Case(rows[2]) == "int8 per_channel, batch 4");
  rows[2].backend = "c";
  CHECK(html::ShortNames(rows).Case(rows[2]) == "c int8 per_channel, batch 4");
}

TEST_CASE("times under an emulator are told from a processor's") {
  Results results = TwoRows();
  CHECK(!Contains(HtmlReport(results), "emulated"));
  results.environment.emulator = "qemu <user>";
  const std::string page = HtmlReport(results);
  for (const char* part : {"emulated by qemu &lt;user&gt;", "Accuracy against time (emulated)",
                           "Spread of the latencies (emulated)", ">Images/s (emulated)<"}) {
    CAPTURE(part);
    CHECK(Contains(page, part));
  }
  CHECK(!Contains(page, "times its speed"));
}

TEST_CASE("figures that no run can have are left out") {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const double nonsense : {kInf, -kInf, kNan, 1e300, -1000.0, 5e-324}) {
    CAPTURE(nonsense);
    Results results = TwoRows();
    Row& row = results.rows[1];
    row.summary.top1_percent = row.summary.top5_percent = row.summary.top1_drop_pp =
        row.summary.size_ratio = nonsense;
    row.summary.latency_ms_median = row.summary.latency_ms_p90 = row.summary.latency_cv_percent =
        nonsense;
    row.summary.images_per_second = row.summary.speedup_vs_fp32 = nonsense;
    row.latency.samples_ms = {nonsense, 1, nonsense};
    row.accuracy->top1_correct = 1000;  // of 200
    const std::string page = HtmlReport(results);
    CHECK(!Contains(page, ">nan"));
    CHECK(!Contains(page, ">inf"));
  }
}

TEST_CASE("many backends and cases still make a page") {
  Results results;
  for (int i = 0; i < 300; ++i) {
    results.rows.push_back(MakeRow("b" + std::to_string(i), "int8", 50 + i % 40, 1 + i));
  }
  CHECK(HtmlReport(results).size() < 1500000);
}

}  // namespace
}  // namespace quantbench
