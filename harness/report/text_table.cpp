// SPDX-License-Identifier: Apache-2.0
// Widths first, then the lines.
#include "report/text_table.h"

#include <algorithm>
#include <numeric>
#include <ostream>
#include <string_view>

#include "support/printable.h"
#include "support/utf8.h"

namespace quantbench {
namespace {

constexpr size_t kShortestCell = 10;

// Where the character begins that has so many before it.
size_t OffsetOf(const std::string& text, size_t character) {
  size_t offset = 0;
  for (; offset < text.size(); ++offset) {
    if (IsCharacterStart(text[offset]) && character-- == 0) break;
  }
  return offset;
}

// The beginning and the end of a text, three dots between.
std::string WithoutMiddle(const std::string& text, size_t width) {
  const size_t count = CharacterCount(text);
  if (count <= width) return text;
  const size_t tail = (width - 3) / 2;
  return text.substr(0, OffsetOf(text, width - 3 - tail)) + "..." +
         text.substr(OffsetOf(text, count - tail));
}

// What is shown of the cells' texts.
TextTable PrintableTable(TextTable table) {
  for (auto& row : table.rows) {
    for (TableCell& cell : row) cell.text = Printable(cell.text);
  }
  return table;
}

std::vector<size_t> WidthsOf(const TextTable& table) {
  std::vector<size_t> widths;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    size_t width = CharacterCount(table.columns[c].title);
    for (const auto& row : table.rows) width = std::max(width, CharacterCount(row[c].text));
    widths.push_back(width);
  }
  return widths;
}

size_t TotalOf(const std::vector<size_t>& widths) {
  const size_t gaps = widths.empty() ? 0 : 2 * (widths.size() - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

// nullptr where nothing is left to shorten.
size_t* WidestToShorten(const TextTable& table, std::vector<size_t>& widths) {
  size_t* widest = nullptr;
  for (size_t c = 0; c < widths.size(); ++c) {
    if (!table.columns[c].shortens || widths[c] <= kShortestCell) continue;
    if (widest == nullptr || widths[c] > *widest) widest = &widths[c];
  }
  return widest;
}

}  // namespace

size_t TextTable::Width() const { return TotalOf(WidthsOf(PrintableTable(*this))); }

size_t TextTable::LeastWidth() const {
  std::vector<size_t> widths = WidthsOf(PrintableTable(*this));
  for (size_t c = 0; c < widths.size(); ++c) {
    if (columns[c].shortens) widths[c] = std::min(widths[c], kShortestCell);
  }
  return TotalOf(widths);
}

void TextTable::WriteText(std::ostream& stream, size_t max_width, bool color) const {
  const TextTable shown_table = PrintableTable(*this);
  std::vector<size_t> widths = WidthsOf(shown_table);
  size_t total = TotalOf(widths);
  for (; total > max_width; --total) {
    size_t* const widest = WidestToShorten(shown_table, widths);
    if (widest == nullptr) break;
    --*widest;
  }
  std::string line;
  const auto add = [&](size_t c, const std::string& text, const char* ansi) {
    std::string shown = WithoutMiddle(text, widths[c]);
    const std::string fill(widths[c] - CharacterCount(shown), ' ');
    const bool colored = color && *ansi != '\0';
    // Cells end in a blank where others of their column have a mark.
    if (c + 1 == columns.size()) shown.erase(shown.find_last_not_of(' ') + 1);
    line += std::string(c == 0 ? "" : "  ") + (columns[c].right_aligned ? fill : "") +
            (colored ? ansi : "") + shown + (colored ? "\033[0m" : "") +
            (columns[c].right_aligned ? "" : fill);
  };
  const auto write = [&] {
    line.erase(line.find_last_not_of(' ') + 1);
    stream << line << '\n';
    line.clear();
  };
  for (size_t c = 0; c < columns.size(); ++c) add(c, columns[c].title, "");
  write();
  stream << std::string(total, '-') << '\n';
  for (const auto& row : shown_table.rows) {
    for (size_t c = 0; c < columns.size(); ++c) add(c, row[c].text, row[c].ansi);
    write();
  }
}

void TextTable::WriteMarkdown(std::ostream& stream) const {
  for (const Column& column : columns) stream << "| " << MarkdownText(column.title) << ' ';
  stream << "|\n";
  for (const Column& column : columns) stream << (column.right_aligned ? "|---:" : "|---");
  stream << "|\n";
  for (const auto& row : rows) {
    for (const TableCell& cell : row) stream << "| " << MarkdownText(cell.text) << ' ';
    stream << "|\n";
  }
}

void WriteWrapped(const std::string& text, size_t max_width, std::ostream& stream) {
  std::string one_line = text;
  std::replace(one_line.begin(), one_line.end(), '\n', ' ');
  const std::string shown = Printable(one_line);
  size_t column = 0;
  for (size_t begin = 0; begin < shown.size();) {
    const size_t end = std::min(shown.find(' ', begin + 1), shown.size());
    std::string word = shown.substr(begin, end - begin);
    if (column > 0 && column + word.size() > max_width) {
      stream << "\n   ";
      column = 3;
      word = Printable(word);  // it begins a line now
    }
    stream << word;
    column += word.size();
    begin = end;
  }
  stream << '\n';
}

namespace {

// What is more than its characters to those who show Markdown: a link without brackets, a mention.
// With another character in between, they aren't.
std::string_view Defused(std::string_view rest) {
  if (rest.starts_with("://")) return "&#58;";
  if (rest.starts_with('@')) return "@&#8203;";
  return {};
}

}  // namespace

std::string MarkdownText(const std::string& text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~$";
  std::string one_line = text;
  std::replace_if(
      one_line.begin(), one_line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  const std::string shown = Printable(one_line);
  std::string result;
  for (size_t i = 0; i < shown.size(); ++i) {
    const char c = shown[i];
    const std::string_view rest = std::string_view(shown).substr(i);
    if (const std::string_view defused = Defused(rest); !defused.empty()) {
      result += defused;
    } else if (rest.starts_with("www.")) {
      result += "www&#46;";
      i += 3;
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      const bool list = i == 0 && c == '-';
      if (list || kMarkup.find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace quantbench
