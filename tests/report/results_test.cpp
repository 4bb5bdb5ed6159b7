// SPDX-License-Identifier: Apache-2.0
// Rows, CSV, JSON and the terminal table.
#include "report/results.h"

#include <doctest/doctest.h>

#include <clocale>
#include <nlohmann/json.hpp>
#include <sstream>

namespace quantbench {
namespace {

Row MakeRow(const std::string& precision, double top1, double median_ms, int64_t bytes) {
  Row row{.scenario = "s", .case_id = "b/" + precision};
  row.backend = "b";
  row.precision = precision;
  row.images = 200;
  row.top1_percent = top1;
  row.latency_ms_median = median_ms;
  row.model_bytes = bytes;
  return row;
}

std::string Csv(const std::vector<Row>& rows) {
  std::ostringstream stream;
  WriteCsv(rows, stream);
  return stream.str();
}

TEST_CASE("the columns and their order are fixed") {
  CHECK(Csv({}) ==
        "scenario,case_id,status,detail,model,backend,backend_version,isa,precision,quantization,"
        "observer,"
        "granularity,batch_size,threads,images,top1_correct,top5_correct,top1_percent,top5_percent,"
        "top1_drop_pp,"
        "model_bytes,size_ratio,latency_ms_median,latency_ms_mean,latency_ms_min,latency_ms_p90,"
        "latency_cv_percent,"
        "latency_samples,images_per_second,speedup_vs_fp32,outputs_hash,qconfig,"
        "latency_repetitions,latency_outliers,latency_preempted_percent,"
        "fallback_nodes\r\n");
}

TEST_CASE("rows are compared with the fp32 row") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78.5, 4, 1000)};
  JoinWithFp32(rows);
  CHECK(*rows[0].top1_drop_pp == 0);
  CHECK(*rows[0].speedup_vs_fp32 == 1);
  CHECK(*rows[1].top1_drop_pp == 1.5);
  CHECK(*rows[1].size_ratio == 0.25);
  CHECK(*rows[1].speedup_vs_fp32 == 2.5);
}

TEST_CASE("speedup needs the same batch size and threads, accuracy does not") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78, 4, 1000)};
  rows[1].batch_size = 4;
  JoinWithFp32(rows);
  CHECK(*rows[1].top1_drop_pp == 2);
  CHECK(!rows[1].speedup_vs_fp32);
}

TEST_CASE("an fp32 row that failed compares with nothing") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78, 4, 1000)};
  rows[0].status = Status::kFailed;
  JoinWithFp32(rows);
  CHECK(!rows[1].top1_drop_pp);
}

TEST_CASE("text is quoted where it must be, empty cells are empty") {
  Row row{.scenario = "s",
          .case_id = "c",
          .status = Status::kFailed,
          .detail = "said \"no\",\nthen left"};
  const std::string csv = Csv({row});
  CHECK(csv.find("s,c,failed,\"said \"\"no\"\",\nthen left\",,,") != std::string::npos);
  CHECK(csv.ends_with(",1,1,,,,,,,,,,,,,,,,,,,,,,\r\n"));
}

TEST_CASE("numbers ignore the locale") {
  const Cell cell = Decimal{.value = 1234.5678, .decimals = 2};
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale :
       {"C",
        "de_DE.UTF-8"}) {  // where the second isn't installed, this says no less than the first
    std::setlocale(LC_ALL, locale);
    CHECK(ToString(cell) == "1234.57");
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("JSON holds the same cells, the samples, and survives text that is not UTF-8") {
  Results results;
  results.rows = {MakeRow("fp32", 88.888, 10, 4000)};
  results.rows[0].latency_samples_ms = {9.5, 10.5};
  results.rows[0].detail = "bad \xff byte";
  std::ostringstream stream;
  WriteJson(results, stream);
  const auto json = nlohmann::json::parse(stream.str());
  const auto& row = json.at("rows").at(0);
  CHECK(row.at("top1_percent") == 88.888);
  CHECK(row.at("model_bytes") == 4000);
  CHECK(row.at("latency_ms_p90").is_null());
  CHECK(row.at("latency_samples_ms").size() == 2);
  CHECK(json.at("environment").contains("cpu_model"));
}

std::string Table(const std::vector<Row>& rows, Marks marks, const std::string& emulator = {}) {
  std::ostringstream stream;
  WriteTable(rows, stream, marks, emulator);
  return stream.str();
}

TEST_CASE("the table leaves out empty columns and marks the best values as it is told") {
  const std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
  const std::string plain = Table(rows, Marks::kNone);
  CHECK(plain.find("observer") == std::string::npos);
  CHECK(plain.find('\033') == std::string::npos);
  CHECK(plain.find('*') == std::string::npos);
  CHECK(Table(rows, Marks::kColors).find("\033[1;32m80.00\033[0m") != std::string::npos);
  const std::string stars = Table(rows, Marks::kStars);
  CHECK(stars.find(" 80.00*") != std::string::npos);
  CHECK(stars.find(" 78.00 ") != std::string::npos);
  CHECK(stars.find("\n* best of its column\n") != std::string::npos);
  CHECK(stars.find('\033') == std::string::npos);
}

TEST_CASE("milliseconds have the decimals that the fastest row needs for three digits") {
  const struct {
    double slow;
    double fast;
    std::string expected;
  } cases[] = {
      {120, 46, "46.00"},         {4, 1.09, "1.09"},     {0.4055, 0.1629, "0.163"},
      {0.4055, 0.0163, "0.0163"}, {4, 1e-9, "0.000000"}, {4, 0, "0.00"},
  };
  for (const auto& one : cases) {
    const std::string table =
        Table({MakeRow("fp32", 80, one.slow, 4000000), MakeRow("int8", 78, one.fast, 1000000)},
              Marks::kNone);
    CAPTURE(table);
    CHECK(table.find(" " + one.expected + "\n") != std::string::npos);
  }
}

TEST_CASE("a table that would be wide still fits 100 columns") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
  for (Row& row : rows) {
    row.backend = "a_backend_with_quite_a_long_name_" + row.precision;
    row.observer = "histogram+reduce_range=true+bins=2048";
    row.granularity = "per_channel";
    row.top5_percent = 99;
    row.images_per_second = 123456.7;
    row.speedup_vs_fp32 = 1;
  }
  rows[1].observer += "1";  // differs, so that it stays
  for (const char* emulator : {"", "qemu-aarch64"}) {
    const std::string table = Table(rows, Marks::kStars, emulator);
    CAPTURE(table);
    std::istringstream lines(table.substr(0, table.find("\nemulated by")));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
    CHECK(table.find("fp32  fp32") != std::string::npos);  // the end of a name stays
    CHECK(table.find("the same in all rows: granularity per_channel, batch 1, thr 1") !=
          std::string::npos);
    CHECK(table.find("80.00*") != std::string::npos);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].threads = 1000 + static_cast<int>(i);
    rows[i].batch_size = 100000 * static_cast<int>(i + 1);
    rows[i].granularity += i == 0 ? "" : "_";
  }
  const std::string crowded = Table(rows, Marks::kStars, "qemu-aarch64");
  CAPTURE(crowded);
  CHECK(crowded.find("left out, results.csv has them: emulated img/s, emulated speedup") !=
        std::string::npos);
  CHECK(crowded.find('\n') <= 100);
}

TEST_CASE("times of an emulator can't be taken for a processor's") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
  for (Row& row : rows) row.images_per_second = 1000 / *row.latency_ms_median;
  const std::string table = Table(rows, Marks::kColors, "qemu-aarch64");
  CHECK(table.find("emulated ms") != std::string::npos);
  CHECK(table.find("emulated img/s") != std::string::npos);
  CHECK(table.find("\nemulated by qemu-aarch64: times") != std::string::npos);
  CHECK_MESSAGE(table.find("\033[1;32m250.0") == std::string::npos, "no time is the best");
  CHECK_MESSAGE(table.find("\033[1;32m80.00") != std::string::npos, "accuracies are real");
  for (Row& row : rows) row.latency_ms_median = row.images_per_second = std::nullopt;
  CHECK_MESSAGE(Table(rows, Marks::kNone, "qemu-aarch64").find("emulated") == std::string::npos,
                "nothing was timed");
}

TEST_CASE("JSON says whether it was emulated, and by what") {
  for (const std::string emulator : {"", "qemu-aarch64"}) {
    Results results;
    results.environment.emulator = emulator;
    std::ostringstream stream;
    WriteJson(results, stream);
    const auto environment = nlohmann::json::parse(stream.str()).at("environment");
    CHECK(environment.at("emulated") == !emulator.empty());
    CHECK(environment.at("emulator") == emulator);
  }
}

TEST_CASE("a case without figures is told by its reason") {
  Row row{.scenario = "s",
          .case_id = "b/int8",
          .status = Status::kFailed,
          .detail = "ran out of beads"};
  CHECK(Table({row}, Marks::kNone) == "b/int8: failed: ran out of beads\n");
}

}  // namespace
}  // namespace quantbench
