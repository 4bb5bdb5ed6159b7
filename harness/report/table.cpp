// SPDX-License-Identifier: Apache-2.0
// The table at the end of a run: aligned, short, best values marked.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <ostream>

#include "recipe/values.h"
#include "report/cpu.h"
#include "report/results.h"
#include "report/text_table.h"

namespace quantbench {
namespace {

constexpr size_t kWidth = 100;

enum class Better { kNone, kHigher, kLower };
// What may be done to a column where the table is wider than the terminal: nothing; said once for
// all rows where they have the same; its names shortened, besides; left out.
enum class Yields { kNever, kWhereConstant, kShortens, kLeaves };

struct RunColumn {
  std::string title;
  bool right_aligned;
  Yields yields;
  Better better;
  std::function<std::string(const Row&)> text;
  std::optional<double> (*value)(const Row& row) = nullptr;  // what "best" compares
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
  const bool calibrated =
      !Is(row.quantization, Quantization::kDynamic) && !Is(row.quantization, Quantization::kGiven);
  return calibrated ? row.observer : "(" + row.quantization + ")";
}

// Of milliseconds, such that the fastest row has three digits that tell.
int LatencyDecimals(std::span<const Row> rows) {
  int decimals = 2;
  for (const Row& row : rows) {
    if (row.latency_ms_median.value_or(0) <= 0) continue;
    const auto magnitude = static_cast<int>(std::floor(std::log10(*row.latency_ms_median)));
    decimals = std::max(decimals, std::min(2 - magnitude, 6));
  }
  return decimals;
}

std::vector<RunColumn> RunColumns(int latency_decimals) {
  return {
      {"backend", false, Yields::kShortens, Better::kNone, [](const Row& r) { return r.backend; }},
      {"type", false, Yields::kWhereConstant, Better::kNone,
       [](const Row& r) { return r.precision; }},
      {"observer", false, Yields::kShortens, Better::kNone, Observer},
      {"granularity", false, Yields::kWhereConstant, Better::kNone,
       [](const Row& r) { return r.granularity; }},
      {"batch", true, Yields::kWhereConstant, Better::kNone,
       [](const Row& r) { return std::to_string(r.batch_size); }},
      {"thr", true, Yields::kWhereConstant, Better::kNone,
       [](const Row& r) { return std::to_string(r.threads); }},
      {"MB", true, Yields::kNever, Better::kLower,
       [](const Row& r) { return Fixed(Megabytes(r), 2); }, Megabytes},
      {"Top-1", true, Yields::kNever, Better::kHigher,
       [](const Row& r) { return Fixed(r.top1_percent, 2); },
       [](const Row& r) { return r.top1_percent; }},
      {"Top-5", true, Yields::kLeaves, Better::kHigher,
       [](const Row& r) { return Fixed(r.top5_percent, 2); },
       [](const Row& r) { return r.top5_percent; }},
      {"ms", true, Yields::kNever, Better::kNone,
       [=](const Row& r) { return Fixed(r.latency_ms_median, latency_decimals); }, nullptr, true},
      {"img/s", true, Yields::kLeaves, Better::kHigher,
       [](const Row& r) { return Fixed(r.images_per_second, 1); },
       [](const Row& r) { return r.images_per_second; }, true},
      {"speedup", true, Yields::kLeaves, Better::kNone,
       [](const Row& r) { return Fixed(r.speedup_vs_fp32, 2, "x"); }, nullptr, true},
  };
}

// A row without any figure is told by its reason alone.
bool HasFigures(const Row& row) {
  return row.status == Status::kOk || row.top1_percent || row.latency_ms_median;
}

class RunTable {
 public:
  RunTable(std::span<const Row> rows, Marks marks, const std::string& emulator)
      : marks_(marks), columns_(RunColumns(LatencyDecimals(rows))) {
    for (const Row& row : rows) {
      if (HasFigures(row)) rows_.push_back(&row);
    }
    // Columns that are empty in every row only take space.
    std::erase_if(columns_, [&](const RunColumn& column) {
      return std::all_of(rows_.begin(), rows_.end(),
                         [&](const Row* row) { return column.text(*row).empty(); });
    });
    if (!emulator.empty()) MarkEmulated();
    Fit();
  }

  void Write(std::ostream& stream) const {
    if (rows_.empty()) return;
    const TextTable table = Table();
    table.WriteText(stream, kWidth, marks_ == Marks::kColors);
    if (has_star_) stream << "* best of its column\n";
    if (!constants_.empty()) stream << "the same in all rows: " << constants_ << '\n';
    if (!left_out_.empty()) stream << "left out, results.csv has them: " << left_out_ << '\n';
  }

  bool has_emulated_times() const { return has_emulated_times_; }

 private:
  // Of emulated times none is the best.
  void MarkEmulated() {
    for (RunColumn& column : columns_) {
      if (!column.of_latency) continue;
      column.title = "emulated " + column.title;
      column.better = Better::kNone;
      has_emulated_times_ = true;
    }
  }

  // Takes out what says least, from the right, until the rest fits: constants first; columns that
  // results.csv has as well where shorter names aren't enough.
  void Fit() {
    for (size_t c = columns_.size(); c-- > 0 && Table().Width() > kWidth;) {
      const bool yields = columns_[c].yields == Yields::kWhereConstant ||
                          (columns_[c].yields == Yields::kShortens && c > 0);
      if (!yields || rows_.size() < 2 || !IsConstant(columns_[c])) continue;
      Append(columns_[c].title + " " + columns_[c].text(*rows_[0]), constants_);
      Erase(c);
    }
    for (size_t c = columns_.size(); c-- > 0 && Table().LeastWidth() > kWidth;) {
      if (columns_[c].yields != Yields::kLeaves) continue;
      Append(columns_[c].title, left_out_);
      Erase(c);
    }
  }

  static void Append(const std::string& text, std::string& list) {
    list = text + (list.empty() ? "" : ", ") + list;
  }
  void Erase(size_t c) { columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(c)); }

  bool IsConstant(const RunColumn& column) const {
    return std::all_of(rows_.begin(), rows_.end(),
                       [&](const Row* row) { return column.text(*row) == column.text(*rows_[0]); });
  }

  // The best value of a column, where there is something to choose between.
  std::optional<double> BestOf(const RunColumn& column) const {
    if (column.better == Better::kNone || rows_.size() < 2) return std::nullopt;
    std::optional<double> best;
    for (const Row* row : rows_) {
      const std::optional<double> value = column.value(*row);
      if (!value) continue;
      const bool better = column.better == Better::kHigher ? value > best : value < best;
      if (!best || better) best = value;
    }
    return best;
  }

  TextTable Table() const {
    TextTable table;
    table.rows.resize(rows_.size());
    has_star_ = false;
    for (const RunColumn& column : columns_) {
      table.columns.push_back({.title = column.title,
                               .right_aligned = column.right_aligned,
                               .shortens = column.yields == Yields::kShortens});
      const std::optional<double> best = BestOf(column);
      const bool stars = marks_ == Marks::kStars && best;
      for (size_t r = 0; r < rows_.size(); ++r) {
        TableCell cell{.text = column.text(*rows_[r])};
        const bool is_best = best && column.value(*rows_[r]) == best;
        if (is_best && marks_ == Marks::kColors) cell.ansi = "\033[1;32m";
        if (stars) cell.text += is_best ? "*" : " ";
        has_star_ = has_star_ || stars;
        table.rows[r].push_back(std::move(cell));
      }
    }
    return table;
  }

  Marks marks_;
  std::vector<RunColumn> columns_;
  std::vector<const Row*> rows_;
  std::string constants_, left_out_;
  bool has_emulated_times_ = false;
  mutable bool has_star_ = false;
};

}  // namespace

void WriteTable(std::span<const Row> rows, std::ostream& stream, Marks marks,
                const std::string& emulator) {
  const RunTable table(rows, marks, emulator);
  table.Write(stream);
  for (const Row& row : rows) {
    if (row.status == Status::kOk) continue;
    const std::string reason = row.case_id + ": " + std::string(ToString(row.status));
    WriteWrapped(row.detail.empty() ? reason : reason + ": " + row.detail, kWidth, stream);
  }
  if (table.has_emulated_times()) stream << EmulationNote(emulator) << '\n';
}

}  // namespace quantbench
