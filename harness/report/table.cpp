// SPDX-License-Identifier: Apache-2.0
// The terminal table: aligned, short, best values marked.
#include <algorithm>
#include <functional>
#include <optional>
#include <ostream>

#include "report/cpu.h"
#include "report/results.h"

namespace quantbench {
namespace {

enum class Better { kNone, kHigher, kLower };

struct TableColumn {
  std::string title;
  bool right_aligned;
  Better better;
  std::function<std::string(const Row&)> text;
  std::function<std::optional<double>(const Row&)> value;  // what "best" compares
  bool of_latency = false;
};

std::string Fixed(std::optional<double> value, int decimals, const char* suffix = "") {
  if (!value) return "";
  return ToString(Cell(Decimal{.value = *value, .decimals = decimals})) + suffix;
}

std::optional<double> Megabytes(const Row& row) {
  if (!row.model_bytes) return std::nullopt;
  return static_cast<double>(*row.model_bytes) / 1e6;
}

// The recipe's name says it in one word; without calibration, how the ranges are found instead.
std::string Observer(const Row& row) {
  if (!row.qconfig.empty()) return row.qconfig;
  const bool calibrated = row.quantization != "dynamic" && row.quantization != "given";
  return calibrated ? row.observer : "(" + row.quantization + ")";
}

std::vector<TableColumn> TableColumns() {
  const auto none = [](const Row&) { return std::optional<double>(); };
  return {
      {"backend", false, Better::kNone, [](const Row& r) { return r.backend; }, none},
      {"type", false, Better::kNone, [](const Row& r) { return r.precision; }, none},
      {"observer", false, Better::kNone, Observer, none},
      {"granularity", false, Better::kNone, [](const Row& r) { return r.granularity; }, none},
      {"batch", true, Better::kNone, [](const Row& r) { return std::to_string(r.batch_size); },
       none},
      {"thr", true, Better::kNone, [](const Row& r) { return std::to_string(r.threads); }, none},
      {"MB", true, Better::kLower, [](const Row& r) { return Fixed(Megabytes(r), 2); }, Megabytes},
      {"Top-1", true, Better::kHigher, [](const Row& r) { return Fixed(r.top1_percent, 2); },
       [](const Row& r) { return r.top1_percent; }},
      {"Top-5", true, Better::kHigher, [](const Row& r) { return Fixed(r.top5_percent, 2); },
       [](const Row& r) { return r.top5_percent; }},
      {"ms", true, Better::kNone, [](const Row& r) { return Fixed(r.latency_ms_median, 2); }, none,
       true},
      {"img/s", true, Better::kHigher, [](const Row& r) { return Fixed(r.images_per_second, 1); },
       [](const Row& r) { return r.images_per_second; }, true},
      {"speedup", true, Better::kNone,
       [](const Row& r) { return Fixed(r.speedup_vs_fp32, 2, "x"); }, none, true},
  };
}

// The best value of a column, where there is something to choose between.
std::optional<double> BestOf(const TableColumn& column, std::span<const Row> rows) {
  if (column.better == Better::kNone || rows.size() < 2) return std::nullopt;
  std::optional<double> best;
  for (const Row& row : rows) {
    const std::optional<double> value = column.value(row);
    if (!value) continue;
    if (!best || (column.better == Better::kHigher ? *value > *best : *value < *best)) best = value;
  }
  return best;
}

// Columns that are empty in every row only take space.
bool IsEmpty(const TableColumn& column, std::span<const Row> rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Row& row) { return column.text(row).empty(); });
}

// Whether there was a column to mark. Of emulated times none is the best.
bool MarkEmulated(std::vector<TableColumn>& columns) {
  bool any = false;
  for (TableColumn& column : columns) {
    if (!column.of_latency) continue;
    column.title = "emulated " + column.title;
    column.better = Better::kNone;
    any = true;
  }
  return any;
}

void WriteCell(std::ostream& stream, const std::string& text, size_t width, bool right_aligned) {
  const std::string fill(width - text.size(), ' ');
  stream << (right_aligned ? fill + text : text + fill);
}

}  // namespace

void WriteTable(std::span<const Row> rows, std::ostream& stream, bool color,
                const std::string& emulator) {
  std::vector<TableColumn> columns = TableColumns();
  std::erase_if(columns, [&](const TableColumn& column) { return IsEmpty(column, rows); });
  const bool emulated_times = !emulator.empty() && MarkEmulated(columns);
  std::vector<size_t> widths;
  for (const TableColumn& column : columns) {
    size_t width = column.title.size();
    for (const Row& row : rows) width = std::max(width, column.text(row).size());
    widths.push_back(width);
  }
  size_t total = 0;
  for (size_t c = 0; c < columns.size(); ++c) {
    stream << (c == 0 ? "" : "  ");
    WriteCell(stream, columns[c].title, widths[c], columns[c].right_aligned);
    total += widths[c] + (c == 0 ? 0 : 2);
  }
  stream << '\n' << std::string(total, '-') << '\n';
  for (const Row& row : rows) {
    if (row.status != Status::kOk && !row.top1_percent && !row.latency_ms_median) {
      stream << row.case_id << ": " << ToString(row.status) << ": " << row.detail << '\n';
      continue;
    }
    for (size_t c = 0; c < columns.size(); ++c) {
      const std::optional<double> best = BestOf(columns[c], rows);
      const bool mark = color && best && columns[c].value(row) == best;
      stream << (c == 0 ? "" : "  ") << (mark ? "\033[1;32m" : "");
      WriteCell(stream, columns[c].text(row), widths[c], columns[c].right_aligned);
      stream << (mark ? "\033[0m" : "");
    }
    stream << '\n';
    if (row.status != Status::kOk)
      stream << "  " << ToString(row.status) << ": " << row.detail << '\n';
  }
  if (emulated_times) stream << EmulationNote(emulator) << '\n';
}

}  // namespace quantbench
