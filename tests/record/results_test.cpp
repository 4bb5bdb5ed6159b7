// SPDX-License-Identifier: Apache-2.0
// Rows to CSV and JSON, and what follows from the fp32 row.
#include "record/results.h"

#include <doctest/doctest.h>

#include <clocale>
#include <nlohmann/json.hpp>
#include <sstream>

#include "record/columns.h"

namespace quantbench {
namespace {

Row MakeRow(const std::string& precision, double top1, double median_ms, int64_t bytes) {
  Row row{{.scenario = "s", .case_id = "b/" + precision}};
  row.backend = "b";
  row.precision = precision;
  row.model_bytes = bytes;
  row.accuracy = {.images = 200, .top1_correct = static_cast<int64_t>(2 * top1)};
  row.latency = {.samples_ms = {median_ms}, .repetitions = {{.samples = 1, .mean_ms = median_ms}}};
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
        "fallback_nodes,streams,throughput_images_per_s,peak_private_mb,peak_mapped_mb,weights_mb,"
        "activations_mb,top1_agreement_percent,scores_sqnr_db,agreement_with,techniques,"
        "weight_observer,weight_bits,layers,top1_percent_seeds_min,"
        "top1_percent_seeds_max,top1_percent_seeds_sd,latency_ms_low,latency_ms_high,speedup_low,"
        "speedup_high,network,activation_bits\r\n");
}

TEST_CASE("rows are compared with the fp32 row") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78.5, 4, 1000)};
  Derive(rows);
  CHECK(*rows[0].summary.top1_drop_pp == 0);
  CHECK(*rows[0].summary.speedup_vs_fp32 == 1);
  CHECK(*rows[1].summary.top1_drop_pp == 1.5);
  CHECK(*rows[1].summary.size_ratio == 0.25);
  CHECK(*rows[1].summary.speedup_vs_fp32 == 2.5);
}

TEST_CASE("five repetitions tell where a median and a speed-up surely are") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78, 4, 1000)};
  const auto measure = [](std::initializer_list<double> medians, Row& row) {
    row.latency = {};
    for (const double median : medians) {
      const Repetition one{.samples = 1, .median_ms = median, .min_ms = median, .mean_ms = median};
      row.latency.Add({.repetition = one, .milliseconds = {median}});
    }
  };
  measure({10, 11, 9, 10, 12}, rows[0]);
  measure({4, 4, 5, 4, 4}, rows[1]);
  Derive(rows);
  const Summary &fp32 = rows[0].summary, &int8 = rows[1].summary;
  CHECK(*fp32.latency_ms_low == 9);
  CHECK(*fp32.latency_ms_high == 12);
  CHECK_MESSAGE(!fp32.speedup_low, "a row against itself is 1 without doubt");
  CHECK(*int8.speedup_low == 2);
  CHECK(*int8.speedup_high == 3);
  rows[1].latency.repetitions.pop_back();
  Derive(rows);
  CHECK(!rows[1].summary.latency_ms_low);
}

TEST_CASE("what disturbed the medians alone is inside the interval of the speed-up") {
  std::vector<Row> rows{MakeRow("fp32", 80, 15, 4000), MakeRow("int8", 78, 4, 1000)};
  const auto measure = [](double median, std::optional<double> fast, double cpu, Row& row) {
    row.latency = {};
    for (int i = 0; i < 5; ++i) {
      row.latency.Add({.repetition = {.samples = 9,
                                      .median_ms = median,
                                      .min_ms = median,
                                      .mean_ms = median,
                                      .fast_ms = fast,
                                      .fast_cpu_ms = cpu},
                       .milliseconds = {median}});
    }
  };
  measure(4, 4, 4, rows[1]);
  struct {
    double median;
    std::optional<double> fast;
    double cpu, low, high;
  } const cases[] = {{10, 10, 10, 2.5, 2.5},    // quiet
                     {15, 10, 9, 2.5, 3.75},    // a neighbour in every repetition
                     {15, {}, 10, 2.5, 3.75},   // that interrupted nearly all runs
                     {15, {}, 0, 3.75, 3.75}};  // and nothing else is known
  for (const auto& one : cases) {
    CAPTURE(one.median);
    measure(one.median, one.fast, one.cpu, rows[0]);
    Derive(rows);
    CHECK(*rows[1].summary.speedup_low == one.low);
    CHECK(*rows[1].summary.speedup_high == one.high);
  }
}

TEST_CASE("speedup needs the same batch size and threads, accuracy does not") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78, 4, 1000)};
  rows[1].batch_size = 4;
  Derive(rows);
  CHECK(*rows[1].summary.top1_drop_pp == 2);
  CHECK(!rows[1].summary.speedup_vs_fp32);
}

TEST_CASE("each network is compared with its own fp32 row") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("fp32", 70, 20, 8000),
                        MakeRow("int8", 79, 5, 1000), MakeRow("int8", 68, 4, 2000)};
  for (size_t i = 0; i < rows.size(); ++i) rows[i].network = i % 2 == 0 ? "a" : "b";
  Derive(rows);
  CHECK(*rows[2].summary.top1_drop_pp == 1);
  CHECK(*rows[3].summary.top1_drop_pp == 2);
  CHECK(*rows[2].summary.speedup_vs_fp32 == 2);
  CHECK(*rows[3].summary.speedup_vs_fp32 == 5);
  CHECK(*rows[3].summary.size_ratio == 0.25);
  rows.erase(rows.begin());
  Derive(rows);
  CHECK(!rows[1].summary.speedup_vs_fp32);
}

TEST_CASE("an fp32 row that failed compares with nothing") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000), MakeRow("int8", 78, 4, 1000)};
  rows[0].status = Status::kFailed;
  Derive(rows);
  CHECK(!rows[1].summary.top1_drop_pp);
}

TEST_CASE("text is quoted where it must be, empty cells are empty") {
  Row row{{.scenario = "s",
           .case_id = "c",
           .status = Status::kFailed,
           .detail = "said \"no\",\nthen left"}};
  const std::string csv = Csv({row});
  CHECK(csv.find("s,c,failed,\"said \"\"no\"\",\nthen left\",,,") != std::string::npos);
  CHECK(csv.ends_with(",1,1,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n"));
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
  results.rows = {MakeRow("fp32", 80, 10, 4000)};
  Derive(results.rows);
  results.rows[0].summary.top1_percent = 88.888;
  results.rows[0].latency.samples_ms = {9.5, 10.5};
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

TEST_CASE("a row of JSON has its keys in a fixed order: the columns, then the rest by name") {
  Results results{.rows = {MakeRow("fp32", 80, 10, 4000)}};
  std::ostringstream stream;
  WriteJson(results, stream);
  std::vector<std::string> expected, keys;
  for (const Column& column : Columns()) expected.emplace_back(column.name);
  for (const char* const rest : {"latency_samples_ms", "predictions_file", "predictions_hash",
                                 "repetitions", "top1_percent_by_seed"})
    expected.emplace_back(rest);
  const auto json = nlohmann::ordered_json::parse(stream.str());
  for (const auto& [key, value] : json.at("rows").at(0).items()) keys.push_back(key);
  CHECK(keys == expected);
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

}  // namespace
}  // namespace quantbench
