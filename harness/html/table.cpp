// SPDX-License-Identifier: Apache-2.0
// The table of all cases with its filters; whole without any script.
#include <algorithm>

#include "html/sections.h"
#include "record/columns.h"
#include "report/table.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

bool IsChosen(const Column& column) {
  return column.traits.kind == ColumnKind::kName || column.traits.kind == ColumnKind::kChoice;
}

std::string TextOf(const Column& column, const Row& row) {
  const Traits& traits = column.traits;
  if (traits.page.text != nullptr) return traits.page.text(row);
  const std::optional<double> value = column.Shown(row);
  if (!value) return ToString(column.cell(row));
  if (traits.is_change) return SignedText(*value, traits.shown_decimals);
  return UncertainText(*value, column.Off(row).value_or(0), traits.shown_decimals,
                       traits.page.suffix) +
         (column.IsDoubtful(row) ? "?" : "");
}

// The values of a column, each once, in the order of the rows; empty cells are none.
std::vector<std::string> DistinctTexts(const Cases& cases, const Column& column) {
  std::vector<std::string> texts;
  for (const Row& row : cases.rows()) {
    const std::string text = TextOf(column, row);
    if (text.empty()) continue;
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return texts;
}

class Table {
 public:
  Table(const Cases& cases, const std::map<std::string, std::string>& layers, Markup& page)
      : cases_(cases), layers_(layers), recipes_(RecipeIds(cases)), page_(page) {
    for (const Column* column : PageColumns()) {
      const std::vector<std::string> texts = DistinctTexts(cases, *column);
      const bool is_row_header = column->name == "backend";
      if (texts.empty() && !is_row_header) continue;
      const bool is_status = column->name == "status";
      if (is_status && texts == std::vector<std::string>{"ok"}) continue;
      const bool all_say_it = std::ranges::none_of(cases.rows(), [&](const Row& row) {
        return LeavesUnsaid(*column, row, TextOf(*column, row));
      });
      if (texts.size() == 1 && column->traits.kind == ColumnKind::kChoice && !is_status &&
          all_say_it) {
        constants_.push_back({column->traits.page.title, texts[0]});
      } else {
        columns_.push_back(column);
      }
    }
  }

  void Add() {
    page_.Open("section", {{"class", "card"}, {"aria-labelledby", "cases"}});
    page_.Leaf("h2", {{"id", "cases"}, {"tabindex", "-1"}}, "Cases");
    AddFilters();
    AddConstants();
    page_.Open(
        "div",
        {{"class", "scroll"}, {"role", "region"}, {"aria-labelledby", "cases"}, {"tabindex", "0"}});
    page_.Open("table", {{"id", "table"}});
    AddHeader();
    page_.Open("tbody");
    for (size_t i = 0; i < cases_.rows().size(); ++i) AddRow(i);
    page_.Close().Close().Close();
    page_.Open("p", {{"class", "note"}});
    page_.Leaf("span", {{"class", "badge"}}, "front");
    page_.Text(
        " marks the Pareto front: no other case is both faster per image and more accurate. "
        "Bold is the best of its column.");
    page_.Close();
    AddNotes();
    page_.Close();
  }

 private:
  // What cases that went well have to say, such as why a cell is empty.
  void AddNotes() {
    const auto has_note = [](const Row& row) {
      return row.status == Status::kOk && !row.detail.empty();
    };
    const auto notes = std::count_if(cases_.rows().begin(), cases_.rows().end(), has_note);
    if (notes == 0) return;
    page_.Open("details", {{"class", "note"}});
    page_.Leaf("summary", {}, notes == 1 ? "A note" : std::to_string(notes) + " notes").Open("ul");
    for (const Row& row : cases_.rows()) {
      if (has_note(row)) page_.Leaf("li", {}, CaseLabel(row) + ": " + row.detail);
    }
    page_.Close().Close();
  }

  void AddFilters() {
    page_.Open("form",
               {{"class", "filters"}, {"id", "filters"}, {"role", "search"}, {"hidden", ""}});
    page_.Open("label").Leaf("span", {}, "Filter");
    page_.Empty("input",
                {{"type", "search"}, {"id", "filter"}, {"placeholder", "words, in any column"}});
    page_.Close();
    for (const Column* column : columns_) {
      if (!IsChosen(*column)) continue;
      const std::vector<std::string> texts = DistinctTexts(cases_, *column);
      if (texts.size() < 2) continue;
      page_.Open("label").Leaf("span", {}, column->traits.page.title);
      page_.Open("select", {{"data-key", std::string(column->name)}});
      page_.Leaf("option", {{"value", ""}}, "all");
      for (const std::string& text : texts) {
        page_.Leaf("option", {{"value", "=" + text}}, text);
      }
      page_.Close().Close();
    }
    page_.Open("label", {{"class", "check"}});
    page_.Empty("input", {{"type", "checkbox"}, {"id", "front"}});
    page_.Leaf("span", {}, "Pareto front only").Close();
    page_.Leaf("button", {{"type", "reset"}}, "Show all");
    page_.Leaf("output", {{"id", "count"}, {"aria-live", "polite"}}, "");
    page_.Close();
  }

  void AddConstants() {
    if (constants_.empty()) return;
    page_.Open("p", {{"class", "note"}}).Text("The same wherever it applies: ");
    for (size_t i = 0; i < constants_.size(); ++i) {
      page_.Text((i == 0 ? "" : ", ") + constants_[i].first + " " + constants_[i].second);
    }
    page_.Text(".").Close();
  }

  void AddHeader() {
    page_.Leaf("caption", {{"class", "hidden"}}, "All cases; the buttons in the header sort it");
    page_.Open("thead").Open("tr");
    for (const Column* column : columns_) {
      const OnPage& page = column->traits.page;
      const bool is_time = column->traits.kind == ColumnKind::kTime;
      AddSortHeader(page.title + std::string(is_time ? cases_.timed() : ""), page.hint,
                    column->is_number, page_);
    }
    page_.Close().Close();
  }

  void AddRow(size_t index) {
    const Row& row = cases_.rows()[index];
    page_.Open("tr", {{"id", "case-" + std::to_string(index)},
                      {"data-row", std::to_string(index)},
                      {"data-front", cases_.IsOnFront(index) ? "yes" : "no"},
                      {"tabindex", "-1"}});
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (c == 0) {
        AddRowHeader(row, index);
      } else {
        AddCell(*columns_[c], row, index);
      }
    }
    page_.Close();
  }

  void AddRowHeader(const Row& row, size_t index) {
    page_.Open("th", {{"scope", "row"}, {"data-key", "backend"}, {"data-text", row.backend}});
    page_.Leaf("span", {{"class", "dot " + cases_.ColorOf(row)}, {"aria-hidden", "true"}}, "");
    page_.Text(row.backend);
    if (cases_.IsOnFront(index)) {
      page_.Text(" ").Leaf("span", {{"class", "badge"}, {"title", "on the Pareto front"}}, "front");
    }
    if (const auto section = layers_.find(row.case_id); section != layers_.end()) {
      page_.Text(" ").Leaf(
          "a",
          {{"class", "badge"}, {"href", "#" + section->second}, {"title", "what its layers lose"}},
          "layers");
    }
    if (!row.isa.empty()) page_.Text(" ").Leaf("span", {{"class", "isa"}}, row.isa);
    page_.Close();
  }

  // Where a cell's figure is shown at large; empty: nowhere.
  std::string TargetOf(const Column& column, const Row& row, size_t index) const {
    if (column.name == "latency_ms_median" && HasRuns(row)) return "#" + RunsId(index);
    const auto recipe = recipes_.find(index);
    return column.name == "top1_percent" && recipe != recipes_.end() ? "#" + recipe->second : "";
  }

  void AddCell(const Column& column, const Row& row, size_t index) {
    const std::string text = TextOf(column, row);
    std::string classes = column.is_number ? "number" : "text";
    if (IsBest(column, row)) classes += " best";
    const std::optional<double> value = column.Shown(row);
    page_.Open("td", {{"class", classes},
                      {"data-key", IsChosen(column) ? std::string(column.name) : ""},
                      {"data-text", text},
                      {"data-value", value ? SignificantText(*value, 17) : ""}});
    const std::string target = TargetOf(column, row, index);
    if (target.empty()) {
      page_.Text(text);
    } else {
      page_.Leaf("a", {{"class", "to"}, {"href", target}, {"title", "Its chart"}}, text);
    }
    const bool is_failure = column.name == "status" && row.status != Status::kOk;
    if (is_failure && !row.detail.empty()) {
      page_.Leaf("span", {{"class", "detail"}}, row.detail);
    }
    page_.Close();
  }

  bool IsBest(const Column& column, const Row& row) const {
    const Best best = column.traits.best;
    if (best == Best::kNone || cases_.rows().size() < 2) return false;
    const std::optional<double> value = column.Shown(row);
    return value && std::none_of(cases_.rows().begin(), cases_.rows().end(), [&](const Row& other) {
             const std::optional<double> rival = column.Shown(other);
             return rival && (best == Best::kHighest ? *rival > *value : *rival < *value);
           });
  }

  const Cases& cases_;
  const std::map<std::string, std::string>& layers_;
  const std::map<size_t, std::string> recipes_;
  Markup& page_;
  std::vector<const Column*> columns_;
  std::vector<std::pair<std::string, std::string>> constants_;  // title, value
};

}  // namespace

void AddTable(const Cases& cases, const std::map<std::string, std::string>& layers, Markup& page) {
  if (!cases.rows().empty()) Table(cases, layers, page).Add();
}

}  // namespace quantbench::html
