// SPDX-License-Identifier: Apache-2.0
// The forms of a comparison, each read back as its readers do.
#include "compare/writers.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "compare/sample_results.h"

namespace quantbench {
namespace {

using Json = nlohmann::json;
using testing::SampleResults;
using testing::SampleRow;

// One case of each verdict, with text that every format must escape.
Comparison AllVerdicts() {
  Row worse = SampleRow("r/<worse>|&\"b1\"/t1");
  Row better = SampleRow("r/better");
  LoadedResults base = SampleResults(
      {SampleRow("r/same"), better, worse, SampleRow("r/gone"), SampleRow("r/incomparable")});
  worse.status = Status::kFailed;
  worse.detail = "a <b> & \"c\"\x01\nd|e";
  better.model_bytes = 1;
  Row incomparable = SampleRow("r/incomparable");
  incomparable.accuracy.reset();
  return CompareResults(
      base, SampleResults({SampleRow("r/same"), better, worse, incomparable, SampleRow("r/new")}),
      {});
}

std::string Written(void (*write)(const Comparison&, std::ostream&), const Comparison& comparison) {
  std::ostringstream stream;
  write(comparison, stream);
  return stream.str();
}

std::string Text(const Comparison& comparison, bool color) {
  std::ostringstream stream;
  WriteComparisonText(comparison, stream, color);
  return stream.str();
}

// Names that would do more than be read, in every format.
TEST_CASE("text of others stays text") {
  const std::string name =
      "::error file=x::no \x1b[2J\u202e `code` | [a](http://b.c) @team www.d.e <img src=x>";
  Row worse = SampleRow(name);
  const LoadedResults base = SampleResults({worse});
  worse.status = Status::kFailed;
  worse.detail = "::warning::a\n::set-output name=x::y ##[error]z";
  LoadedResults changed = SampleResults({worse});
  changed.results.environment.commit = "\x1b]0;title\x07";
  const Comparison comparison = CompareResults(base, changed, {});
  for (const auto& write : {WriteComparisonMarkdown, WriteComparisonJson, WriteComparisonJunit,
                            WriteGithubActionBenchmark, WriteBencherMetrics}) {
    const std::string text = Written(write, comparison);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\u202e") == std::string::npos);
  }
  const std::string text = Text(comparison, false),
                    markdown = Written(WriteComparisonMarkdown, comparison);
  CHECK(text.find('\x1b') == std::string::npos);
  std::istringstream lines(text + markdown);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    const size_t begin = std::min(line.find_first_not_of(' '), line.size());
    CHECK(!std::string_view(line).substr(begin).starts_with("::"));
    CHECK(line.find("##[") == std::string::npos);
  }
  for (const char* const never : {"`code`", " | [", "](", "://", "@team", "www.d", "<img"}) {
    CAPTURE(never);
    CHECK(markdown.find(never) == std::string::npos);
  }
  CHECK(markdown.find("\\`code\\` \\| \\[a\\]\\(http&#58;//b.c\\)") != std::string::npos);
}

TEST_CASE("text fits 100 columns and is coloured only where asked") {
  Comparison comparison = AllVerdicts();
  comparison.cases[0].case_id = std::string(150, 'x');
  const std::string text = Text(comparison, false);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("xxx:") == std::string::npos) CHECK_MESSAGE(line.size() <= 100, line);
  }
  CHECK(text.find('\033') == std::string::npos);
  CHECK(Text(comparison, true).find("\033[1;31mworse\033[0m") != std::string::npos);
  CHECK(text.find("6 cases: 1 same, 1 better, 1 worse, 1 incomparable, 1 missing, 1 new\n") !=
        std::string::npos);
  CHECK(text.find("r/gone: new has no such case\n") != std::string::npos);
}

TEST_CASE("unclear is shown as such, and is no failure") {
  LoadedResults changed = SampleResults();
  testing::SetLatency(1.2, testing::Repetitions(1.2), changed.results.rows[0]);
  const Comparison comparison = CompareResults(SampleResults(), changed, {});
  CHECK(Text(comparison, true).find("\033[33munclear\033[0m") != std::string::npos);
  CHECK(Text(comparison, false).find("1 case: 1 unclear\n") != std::string::npos);
  CHECK(Written(WriteComparisonMarkdown, comparison).find("| unclear |") != std::string::npos);
  const std::string xml = Written(WriteComparisonJunit, comparison);
  CHECK(xml.find("failures=\"0\" errors=\"0\"") != std::string::npos);
  CHECK(xml.find("<system-out>unclear: ") != std::string::npos);
  const Json json = Json::parse(Written(WriteComparisonJson, comparison));
  CHECK(json["exit_code"] == 0);
  CHECK(json["counts"]["unclear"] == 1);
  CHECK(json["cases"][0]["latency"]["between_runs"]["is_floor"] == true);
}

TEST_CASE("nothing compared is said") {
  const LoadedResults empty = SampleResults({});
  CHECK(Text(CompareResults(empty, empty, {}), false).find("nothing was compared") !=
        std::string::npos);
}

TEST_CASE("Markdown escapes what it would take for markup") {
  const std::string text = Written(WriteComparisonMarkdown, AllVerdicts());
  CHECK(text.find("### quantbench: 6 cases: 1 same") == 0);
  CHECK(text.find("| r/&lt;worse&gt;\\|&amp;\"b1\"/t1 | worse |") != std::string::npos);
  CHECK(text.find("<b>") == std::string::npos);
}

TEST_CASE("JSON holds everything") {
  const Json json = Json::parse(Written(WriteComparisonJson, AllVerdicts()));
  CHECK(json["exit_code"] == 3);
  CHECK(json["counts"]["missing"] == 1);
  CHECK(json["cases"].size() == 6);
  CHECK(json["cases"][0]["latency"]["ratio"] == 1);
  CHECK(json["cases"][0]["accuracy"]["identical_outputs"] == true);
  CHECK(json["cases"][1]["size"]["verdict"] == "better");
}

TEST_CASE("JUnit: a failure for worse, an error for what can't be compared") {
  const std::string xml = Written(WriteComparisonJunit, AllVerdicts());
  CHECK(xml.find("tests=\"6\" failures=\"1\" errors=\"2\" skipped=\"1\"") != std::string::npos);
  CHECK(xml.find("name=\"r/&lt;worse&gt;|&amp;&quot;b1&quot;/t1\"") != std::string::npos);
  CHECK(xml.find('\x01') == std::string::npos);
}

TEST_CASE("JUnit without a comparison isn't green") {
  const LoadedResults empty = SampleResults({}), one = SampleResults();
  for (const LoadedResults* changed : {&empty, &one}) {
    const std::string xml = Written(WriteComparisonJunit, CompareResults(empty, *changed, {}));
    CHECK(xml.find("errors=\"1\"") != std::string::npos);
  }
}

TEST_CASE("github-action-benchmark: all values are better when smaller") {
  const Json list = Json::parse(Written(WriteGithubActionBenchmark, AllVerdicts()));
  REQUIRE(list.is_array());
  for (const Json& entry : list) {
    CHECK(entry["name"].is_string());
    CHECK(entry["unit"].is_string());
    CHECK(entry["value"].is_number());
  }
  CHECK(list[0]["name"] == "r/same latency");
  CHECK(list[1]["value"] == 20);  // the error of 80% Top-1
}

TEST_CASE("Bencher's metrics: nanoseconds with the range of the repetitions") {
  const Json json = Json::parse(Written(WriteBencherMetrics, AllVerdicts()));
  CHECK(json["r/same"]["latency"]["value"] == 1e6);
  CHECK(json["r/same"]["latency"]["lower_value"] < json["r/same"]["latency"]["upper_value"]);
  CHECK(json["r/same"]["top1-accuracy"]["value"] == 80);
  CHECK(json["r/same"]["file-size"]["value"] == 1000000);
  CHECK(!json.contains("r/gone"));
}

}  // namespace
}  // namespace quantbench
