// SPDX-License-Identifier: Apache-2.0
// The table of all cases with its filters; whole without any script.
#include <algorithm>

#include "html/sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

enum class Best { kNone, kHighest, kLowest };
// A choice stands above the table where all cases have made the same; the rest keep their columns.
enum class Kind { kName, kChoice, kFigure, kTime };

struct HtmlColumn {
  const char* key;  // for filters; "" where there is nothing to choose
  const char* title;
  const char* hint;  // what it is, in full
  Kind kind;
  Best best;
  std::string (*text)(const Row& row);
  std::optional<double> (*value)(const Row& row);  // null: sorted as text
};

std::optional<double> Batch(const Row& row) { return row.batch_size; }
std::optional<double> Threads(const Row& row) { return row.threads; }
// Shown and sorted as a change: what is lost is negative.
std::optional<double> Top1Change(const Row& row) {
  if (!row.top1_drop_pp) return std::nullopt;
  return -*row.top1_drop_pp;
}
std::optional<double> SizeRatio(const Row& row) { return row.size_ratio; }

std::string PlainNumber(double value) { return TrimmedText(value, 0); }

std::string Top1ChangeText(const Row& row) {
  const std::optional<double> change = Top1Change(row);
  return change ? SignedText(*change, 2) : "";
}

constexpr HtmlColumn kColumns[] = {
    {"backend", "Backend", "plugin", Kind::kName, Best::kNone,
     [](const Row& r) { return r.backend; }, nullptr},
    {"precision", "Type", "number type", Kind::kName, Best::kNone,
     [](const Row& r) { return r.precision; }, nullptr},
    {"quantization", "Quantisation", "static: from calibration; dynamic: at run time",
     Kind::kChoice, Best::kNone,
     [](const Row& r) { return Is(r.quantization, Quantization::kNone) ? "" : r.quantization; },
     nullptr},
    {"qconfig", "Qconfig", "PyTorch's recipe", Kind::kChoice, Best::kNone,
     [](const Row& r) { return r.qconfig; }, nullptr},
    {"observer", "Observer", "what chose the ranges of activations", Kind::kChoice, Best::kNone,
     [](const Row& r) { return r.observer; }, nullptr},
    {"granularity", "Granularity", "of the weights' scales", Kind::kChoice, Best::kNone,
     [](const Row& r) { return r.granularity; }, nullptr},
    {"batch", "Batch", "images a run", Kind::kChoice, Best::kNone,
     [](const Row& r) { return PlainNumber(r.batch_size); }, Batch},
    {"threads", "Threads", "workers of a run", Kind::kChoice, Best::kNone,
     [](const Row& r) { return PlainNumber(r.threads); }, Threads},
    {"", "MB", "size of the model's file, 1e6 bytes", Kind::kFigure, Best::kLowest,
     [](const Row& r) { return Fixed(Megabytes(r), 2); }, Megabytes},
    {"", "Size", "of the fp32 model's bytes", Kind::kFigure, Best::kNone,
     [](const Row& r) {
       return r.size_ratio ? FixedText(100 * *r.size_ratio, 0) + "%" : std::string();
     },
     SizeRatio},
    {"", "Top-1 %", "images whose best class is right", Kind::kFigure, Best::kHighest,
     [](const Row& r) { return Fixed(r.top1_percent, 2); },
     [](const Row& r) { return r.top1_percent; }},
    {"", "vs fp32", "percentage points of Top-1 against fp32", Kind::kFigure, Best::kNone,
     Top1ChangeText, Top1Change},
    {"", "Top-5 %", "images with the right class among the best five", Kind::kFigure,
     Best::kHighest, [](const Row& r) { return Fixed(r.top5_percent, 2); },
     [](const Row& r) { return r.top5_percent; }},
    {"", "ms", "median latency of a batch", Kind::kTime, Best::kNone,
     [](const Row& r) { return Fixed(r.latency_ms_median, 3); },
     [](const Row& r) { return r.latency_ms_median; }},
    {"", "p90 ms", "nine of ten batches take no longer", Kind::kTime, Best::kNone,
     [](const Row& r) { return Fixed(r.latency_ms_p90, 3); },
     [](const Row& r) { return r.latency_ms_p90; }},
    {"", "CV %", "standard deviation over mean of the latencies", Kind::kTime, Best::kNone,
     [](const Row& r) { return Fixed(r.latency_cv_percent, 1); },
     [](const Row& r) { return r.latency_cv_percent; }},
    {"", "Images/s", "images a second", Kind::kTime, Best::kHighest,
     [](const Row& r) { return Fixed(r.images_per_second, 1); },
     [](const Row& r) { return r.images_per_second; }},
    {"", "Speed-up", "fp32 latency over this one, same backend, batch and threads", Kind::kTime,
     Best::kNone,
     [](const Row& r) {
       return r.speedup_vs_fp32 ? FixedText(*r.speedup_vs_fp32, 2) + "\u00D7" : std::string();
     },
     [](const Row& r) { return r.speedup_vs_fp32; }},
    {"status", "Status", "ok, or what became of the case", Kind::kChoice, Best::kNone,
     [](const Row& r) { return std::string(ToString(r.status)); }, nullptr},
};

// The values of a column, each once, in the order of the rows; empty cells are none.
std::vector<std::string> DistinctTexts(const Cases& cases, const HtmlColumn& column) {
  std::vector<std::string> texts;
  for (const Row& row : cases.rows()) {
    const std::string text = column.text(row);
    if (text.empty()) continue;
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return texts;
}

class Table {
 public:
  Table(const Cases& cases, Markup& page) : cases_(cases), page_(page) {
    for (const HtmlColumn& column : kColumns) {
      const std::vector<std::string> texts = DistinctTexts(cases, column);
      const bool is_row_header = std::string_view(column.key) == "backend";
      if (texts.empty() && !is_row_header) continue;
      const bool is_status = std::string_view(column.key) == "status";
      if (is_status && texts == std::vector<std::string>{"ok"}) continue;
      if (texts.size() == 1 && column.kind == Kind::kChoice && !is_status) {
        constants_.push_back({column.title, texts[0]});
      } else {
        columns_.push_back(&column);
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
        " marks the Pareto front: no other case is both faster an image and more accurate. "
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
    for (const HtmlColumn* column : columns_) {
      if (*column->key == '\0') continue;
      const std::vector<std::string> texts = DistinctTexts(cases_, *column);
      if (texts.size() < 2) continue;
      page_.Open("label").Leaf("span", {}, column->title);
      page_.Open("select", {{"data-key", column->key}});
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
    for (const HtmlColumn* column : columns_) {
      AddSortHeader(column->title + std::string(column->kind == Kind::kTime ? cases_.timed() : ""),
                    column->hint, column->value != nullptr, page_);
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
        AddCell(*columns_[c], row);
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
    if (!row.isa.empty()) page_.Text(" ").Leaf("span", {{"class", "isa"}}, row.isa);
    page_.Close();
  }

  void AddCell(const HtmlColumn& column, const Row& row) {
    const std::string text = column.text(row);
    std::string classes = column.value != nullptr ? "number" : "text";
    if (IsBest(column, row)) classes += " best";
    const std::optional<double> value = column.value != nullptr ? column.value(row) : std::nullopt;
    page_.Open("td", {{"class", classes},
                      {"data-key", column.key},
                      {"data-text", text},
                      {"data-value", value ? SignificantText(*value, 17) : ""}});
    page_.Text(text);
    const bool is_failure = std::string_view(column.key) == "status" && row.status != Status::kOk;
    if (is_failure && !row.detail.empty()) {
      page_.Leaf("span", {{"class", "detail"}}, row.detail);
    }
    page_.Close();
  }

  bool IsBest(const HtmlColumn& column, const Row& row) const {
    if (column.best == Best::kNone || cases_.rows().size() < 2) return false;
    const std::optional<double> value = column.value(row);
    return value && std::none_of(cases_.rows().begin(), cases_.rows().end(), [&](const Row& other) {
             const std::optional<double> rival = column.value(other);
             return rival && (column.best == Best::kHighest ? *rival > *value : *rival < *value);
           });
  }

  const Cases& cases_;
  Markup& page_;
  std::vector<const HtmlColumn*> columns_;
  std::vector<std::pair<std::string, std::string>> constants_;  // title, value
};

}  // namespace

void AddTable(const Cases& cases, Markup& page) {
  if (!cases.rows().empty()) Table(cases, page).Add();
}

}  // namespace quantbench::html
