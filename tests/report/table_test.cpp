// SPDX-License-Identifier: Apache-2.0
// The table at the end of a run.
#include "report/table.h"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

namespace quantbench {
namespace {

Row MakeRow(const std::string& precision, double top1, double median_ms, int64_t bytes) {
  Row row{{.scenario = "s", .case_id = "b/" + precision}};
  row.backend = "b";
  row.precision = precision;
  row.model_bytes = bytes;
  row.summary.top1_percent = top1;
  row.summary.latency_ms_median = median_ms;
  return row;
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

TEST_CASE("what only some quantised cases have isn't the same in all") {
  std::vector<Row> rows{MakeRow("int8", 78, 4, 1000000), MakeRow("int8", 79, 4, 1000000)};
  const auto said_once = [&] {
    std::ostringstream stream;
    WriteTable(rows, stream, Marks::kNone, {}, 40);
    std::string words, word;
    for (std::istringstream in(stream.str()); in >> word;) words += word + " ";
    CAPTURE(words);
    return words.find("techniques cle") != std::string::npos;
  };
  for (Row& row : rows) row.techniques = "cle";
  CHECK(said_once());
  rows[0].techniques = "none";
  CHECK(!said_once());
  rows[0].precision = "fp32";
  CHECK(said_once());
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

TEST_CASE("figures stand with what they may be off, and with a question mark where that is much") {
  const struct {
    double low, high;                  // of a median of 4 ms
    double speedup_low, speedup_high;  // of 2.5
    std::string ms, speedup;
    bool asks;
  } cases[] = {
      {3.98, 4.01, 2.4, 2.6, "4.00 \u00B10.02", "2.50x \u00B10.10", false},
      {3.7, 4.1, 2.4, 2.6, "4.00 \u00B10.30", "2.50x \u00B10.10", false},
      {3.5, 4.1, 2.4, 2.6, "4.00 \u00B10.50?", "2.50x \u00B10.10", true},
      {2, 17, 0.9, 4.9, "4 \u00B113?", "2.5x \u00B12.4?", true},
      {3.999999, 4, 2.5, 2.5, "4.00 \u00B10.01", "2.50x", false},
  };
  for (const auto& one : cases) {
    std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
    Summary& figures = rows[1].summary;
    figures.latency_ms_low = one.low;
    figures.latency_ms_high = one.high;
    figures.speedup_vs_fp32 = 2.5;
    figures.speedup_low = one.speedup_low;
    figures.speedup_high = one.speedup_high;
    const std::string table = Table(rows, Marks::kNone);
    CAPTURE(table);
    CHECK(table.find(" " + one.ms + " ") != std::string::npos);
    CHECK(table.find(" " + one.speedup) != std::string::npos);
    CHECK((table.find("\n? not known well") != std::string::npos) == one.asks);
    CHECK_MESSAGE(table.find(" \n") == std::string::npos, "no line ends in blanks");
  }
}

TEST_CASE("a table that would be wide still fits 100 columns") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
  for (Row& row : rows) {
    row.backend = "a_backend_with_quite_a_long_name_" + row.precision;
    row.observer = "histogram+reduce_range=true+bins=2048";
    row.granularity = "per_channel";
    row.summary.top5_percent = 99;
    row.summary.images_per_second = 123456.7;
    row.summary.speedup_vs_fp32 = 1;
  }
  rows[1].observer += "1";  // differs, so that it stays
  for (const char* emulator : {"", "qemu-aarch64"}) {
    const std::string table = Table(rows, Marks::kStars, emulator);
    CAPTURE(table);
    std::istringstream lines(table.substr(0, table.find("\nemulated by")));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
    CHECK(table.find("fp32  fp32") != std::string::npos);  // the end of a name stays
    CHECK(table.find("the same wherever it applies: granularity per_channel, batch 1, thr 1") !=
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
  CHECK(crowded.find("left out, results.csv has them: emulated speedup, Top-5, emulated img/s") !=
        std::string::npos);
  CHECK(crowded.find('\n') <= 100);
}

TEST_CASE("times of an emulator can't be taken for a processor's") {
  std::vector<Row> rows{MakeRow("fp32", 80, 10, 4000000), MakeRow("int8", 78, 4, 1000000)};
  for (Row& row : rows) row.summary.images_per_second = 1000 / *row.summary.latency_ms_median;
  const std::string table = Table(rows, Marks::kColors, "qemu-aarch64");
  CHECK(table.find("emulated ms") != std::string::npos);
  CHECK(table.find("emulated img/s") != std::string::npos);
  CHECK(table.find("\nemulated by qemu-aarch64: times") != std::string::npos);
  CHECK_MESSAGE(table.find("\033[1;32m250.0") == std::string::npos, "no time is the best");
  CHECK_MESSAGE(table.find("\033[1;32m80.00") != std::string::npos, "accuracies are real");
  for (Row& row : rows)
    row.summary.latency_ms_median = row.summary.images_per_second = std::nullopt;
  CHECK_MESSAGE(Table(rows, Marks::kNone, "qemu-aarch64").find("emulated") == std::string::npos,
                "nothing was timed");
}

TEST_CASE("a case without figures is told by its reason") {
  Row row{{.scenario = "s",
           .case_id = "b/int8",
           .status = Status::kFailed,
           .detail = "ran out of beads"}};
  CHECK(Table({row}, Marks::kNone) == "b/int8: failed: ran out of beads\n");
}

}  // namespace
}  // namespace quantbench
