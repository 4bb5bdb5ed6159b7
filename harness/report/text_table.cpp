// SPDX-License-Identifier: Apache-2.0
// Widths first, then the lines.
#include "report/text_table.h"

#include <algorithm>
#include <numeric>
#include <ostream>
#include <string_view>

#include "support/utf8.h"

namespace quantbench {
namespace {

constexpr size_t kShortestCell = 16;

// The beginning and the end of an ASCII text, three dots between.
std::string WithoutMiddle(const std::string& text, size_t width) {
  if (CharacterCount(text) <= width) return text;
  const size_t tail = (width - 3) / 2;
  return text.substr(0, width - 3 - tail) + "..." + text.substr(text.size() - tail);
}

}  // namespace

std::vector<size_t> TextTable::Widths() const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns.size(); ++c) {
    size_t width = CharacterCount(columns[c].title);
    for (const auto& row : rows) width = std::max(width, CharacterCount(row[c].text));
    widths.push_back(width);
  }
  return widths;
}

size_t TextTable::Width() const {
  const std::vector<size_t> widths = Widths();
  return std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1));
}

void TextTable::WriteText(std::ostream& stream, size_t max_width, bool color) const {
  std::vector<size_t> widths = Widths();
  size_t total = Width();
  if (total > max_width) {
    const size_t excess =
        std::min(total - max_width, widths[0] - std::min(widths[0], kShortestCell));
    widths[0] -= excess;
    total -= excess;
  }
  const auto write = [&](size_t c, const std::string& text, const char* ansi) {
    const std::string shown = c == 0 ? WithoutMiddle(text, widths[0]) : text;
    const std::string fill(widths[c] - CharacterCount(shown), ' ');
    const bool colored = color && *ansi != '\0';
    const bool last = c + 1 == columns.size();
    stream << (c == 0 ? "" : "  ") << (columns[c].right_aligned ? fill : "")
           << (colored ? ansi : "") << shown << (colored ? "\033[0m" : "")
           << (columns[c].right_aligned || last ? "" : fill);
  };
  for (size_t c = 0; c < columns.size(); ++c) write(c, columns[c].title, "");
  stream << '\n' << std::string(total, '-') << '\n';
  for (const auto& row : rows) {
    for (size_t c = 0; c < columns.size(); ++c) write(c, row[c].text, row[c].ansi);
    stream << '\n';
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

std::string MarkdownText(const std::string& text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~";
  std::string result;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      result += ' ';
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      if (kMarkup.find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace quantbench
