// SPDX-License-Identifier: Apache-2.0
// The table at the end of a run: aligned, short, best values marked.
#include "report/table.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>

#include "report/text_table.h"
#include "support/cpu.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// Such that the least value has three digits that tell.
int DecimalsFor(const Column& column, std::span<const Row> rows) {
  int decimals = 2;
  for (const Row& row : rows) {
    const double value = column.Shown(row).value_or(0);
    if (value <= 0) continue;
    const auto magnitude = static_cast<int>(std::floor(std::log10(value)));
    decimals = std::max(decimals, std::min(2 - magnitude, 6));
  }
  return decimals;
}

// A column as it is shown in this table.
struct RunColumn {
  const Column* column;
  std::string title;
  Yields yields;
  Best best;
  int decimals;

  std::string Text(const Row& row) const {
    const OnTerminal& terminal = column->traits.terminal;
    if (terminal.text != nullptr) return terminal.text(row);
    const std::optional<double> value = column->Shown(row);
    if (!value) return ToString(column->cell(row));
    return UncertainText(*value, column->Off(row).value_or(0), decimals, terminal.suffix);
  }
};

std::vector<RunColumn> RunColumns(std::span<const Row> rows) {
  std::vector<RunColumn> columns;
  for (const Column* column : TerminalColumns()) {
    const Traits& traits = column->traits;
    columns.push_back({.column = column,
                       .title = traits.terminal.title,
                       .yields = traits.terminal.yields,
                       .best = traits.best,
                       .decimals = traits.terminal.three_digits ? DecimalsFor(*column, rows)
                                                                : traits.shown_decimals});
  }
  return columns;
}

// A row without any figure is told by its reason alone.
bool HasFigures(const Row& row) {
  return row.status == Status::kOk || row.summary.top1_percent || row.summary.latency_ms_median;
}

class RunTable {
 public:
  RunTable(std::span<const Row> rows, Marks marks, const std::string& emulator, size_t width)
      : marks_(marks), width_(width), columns_(RunColumns(rows)) {
    for (const Row& row : rows) {
      if (HasFigures(row)) rows_.push_back(&row);
    }
    // Columns that are empty in every row only take space.
    std::erase_if(columns_, [&](const RunColumn& column) {
      return std::all_of(rows_.begin(), rows_.end(),
                         [&](const Row* row) { return column.Text(*row).empty(); });
    });
    if (!emulator.empty()) MarkEmulated();
    Fit();
  }

  void Write(std::ostream& stream) const {
    if (rows_.empty()) return;
    const TextTable table = Table();
    table.WriteText(stream, width_, marks_ == Marks::kColors);
    if (has_star_) stream << "* best of its column\n";
    if (has_doubt_) {
      WriteWrapped(
          "? not known well: an interval of more than 10% to a side, or one that holds 1x; measure "
          "on an idle machine, or longer",
          width_, stream);
    }
    if (!constants_.empty()) {
      WriteWrapped("the same wherever it applies: " + constants_, width_, stream);
    }
    if (!left_out_.empty()) {
      WriteWrapped("left out, results.csv has them: " + left_out_, width_, stream);
    }
  }

  void WriteMarkdown(std::ostream& stream) const {
    if (!rows_.empty()) Table().WriteMarkdown(stream);
    if (has_doubt_) {
      stream << "\n`?`: not known well, an interval of more than 10% to a side, or one that holds "
                "1x\n";
    }
  }

  bool has_emulated_times() const { return has_emulated_times_; }

 private:
  // Of emulated times none is the best.
  void MarkEmulated() {
    for (RunColumn& column : columns_) {
      if (column.column->traits.kind != ColumnKind::kTime) continue;
      column.title = "emulated " + column.title;
      column.best = Best::kNone;
      has_emulated_times_ = true;
    }
  }

  // Takes out what says least, from the right, until the rest fits: constants first; columns that
  // results.csv has as well where shorter names aren't enough.
  void Fit() {
    for (size_t c = columns_.size(); c-- > 0 && Table().Width() > width_;) {
      const bool yields = columns_[c].yields == Yields::kWhereConstant ||
                          (columns_[c].yields == Yields::kShortens && c > 0);
      if (!yields || rows_.size() < 2) continue;
      const std::optional<std::string> constant = ConstantOf(columns_[c]);
      if (!constant) continue;
      Append(columns_[c].title + " " + *constant, constants_);
      Erase(c);
    }
    LeaveOut(Yields::kLeaves);
    LeaveOut(Yields::kLeavesLast);
  }

  void LeaveOut(Yields what) {
    for (size_t c = columns_.size(); c-- > 0 && Table().LeastWidth() > width_;) {
      if (columns_[c].yields != what) continue;
      Append(columns_[c].title, left_out_);
      Erase(c);
    }
  }

  static void Append(const std::string& text, std::string& list) {
    list = text + (list.empty() ? "" : ", ") + list;
  }
  void Erase(size_t c) { columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(c)); }

  // The one text of a column, where cells that have any have the same.
  std::optional<std::string> ConstantOf(const RunColumn& column) const {
    std::optional<std::string> constant;
    for (const Row* row : rows_) {
      const std::string text = column.Text(*row);
      if (LeavesUnsaid(*column.column, *row, text)) return std::nullopt;
      if (text.empty()) continue;
      if (constant && *constant != text) return std::nullopt;
      constant = text;
    }
    return constant;
  }

  // The best value of a column, where there is something to choose between.
  std::optional<double> BestOf(const RunColumn& column) const {
    if (column.best == Best::kNone || rows_.size() < 2) return std::nullopt;
    std::optional<double> best;
    for (const Row* row : rows_) {
      const std::optional<double> value = column.column->Shown(*row);
      if (!value) continue;
      const bool better = column.best == Best::kHighest ? value > best : value < best;
      if (!best || better) best = value;
    }
    return best;
  }

  TextTable Table() const {
    TextTable table;
    table.rows.resize(rows_.size());
    has_star_ = has_doubt_ = false;
    for (const RunColumn& column : columns_) {
      table.columns.push_back({.title = column.title,
                               .right_aligned = column.column->is_number,
                               .shortens = column.yields == Yields::kShortens});
      const std::optional<double> best = BestOf(column);
      const bool stars = marks_ == Marks::kStars && best;
      const bool doubts = std::any_of(rows_.begin(), rows_.end(), [&](const Row* row) {
        return column.column->IsDoubtful(*row);
      });
      has_doubt_ = has_doubt_ || doubts;
      for (size_t r = 0; r < rows_.size(); ++r) {
        TableCell cell{.text = column.Text(*rows_[r])};
        if (doubts) cell.text += column.column->IsDoubtful(*rows_[r]) ? "?" : " ";
        const bool is_best = best && column.column->Shown(*rows_[r]) == best;
        if (is_best && marks_ == Marks::kColors) cell.ansi = "\033[1;32m";
        if (stars) cell.text += is_best ? "*" : " ";
        has_star_ = has_star_ || stars;
        table.rows[r].push_back(std::move(cell));
      }
    }
    return table;
  }

  Marks marks_;
  size_t width_;
  std::vector<RunColumn> columns_;
  std::vector<const Row*> rows_;
  std::string constants_, left_out_;
  bool has_emulated_times_ = false;
  mutable bool has_star_ = false, has_doubt_ = false;
};

}  // namespace

bool LeavesUnsaid(const Column& column, const Row& row, const std::string& shown) {
  if (!shown.empty() || IsFloat(row.precision)) return false;
  return column.name == "layers" || !ToString(column.cell(row)).empty();
}

namespace {

// What is to be said of a row beside its figures; empty where nothing is.
std::string ReasonOf(const Row& row) {
  if (row.status == Status::kOk) return row.doubt.empty() ? "" : row.case_id + ": " + row.doubt;
  const std::string reason = row.case_id + ": " + std::string(ToString(row.status));
  return row.detail.empty() ? reason : reason + ": " + row.detail;
}

}  // namespace

void WriteTable(std::span<const Row> rows, std::ostream& stream, Marks marks,
                const std::string& emulator, size_t width) {
  const RunTable table(rows, marks, emulator, width);
  table.Write(stream);
  for (const Row& row : rows) {
    if (const std::string reason = ReasonOf(row); !reason.empty())
      WriteWrapped(reason, width, stream);
  }
  if (table.has_emulated_times()) stream << EmulationNote(emulator) << '\n';
}

void WriteMarkdownTable(std::span<const Row> rows, std::ostream& stream,
                        const std::string& emulator) {
  const RunTable table(rows, Marks::kNone, emulator, std::string::npos);
  table.WriteMarkdown(stream);
  const char* before = "\n";
  for (const Row& row : rows) {
    const std::string reason = ReasonOf(row);
    if (reason.empty()) continue;
    stream << before << "- " << MarkdownText(reason) << '\n';
    before = "";
  }
  if (table.has_emulated_times()) stream << '\n' << MarkdownText(EmulationNote(emulator)) << '\n';
}

}  // namespace quantbench
