// SPDX-License-Identifier: Apache-2.0
// Aligned columns for the terminal, and the same as Markdown.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace quantbench {

struct TableCell {
  std::string text;
  const char* ansi = "";  // escape sequence that begins its colour
};

struct TextTable {
  struct Column {
    std::string title;
    bool right_aligned = false;
  };
  std::vector<Column> columns;
  std::vector<std::vector<TableCell>> rows;  // each as long as `columns`

  // Of the widest line, in characters.
  size_t Width() const;
  // Two spaces between columns. Where the whole is wider than `max_width`, cells of the first
  // column lose their middle. Colours only with `color`.
  void WriteText(std::ostream& stream, size_t max_width, bool color) const;
  // A GitHub-flavoured table; what Markdown would take for markup is escaped.
  void WriteMarkdown(std::ostream& stream) const;

 private:
  std::vector<size_t> Widths() const;  // of each column
};

// The text such that Markdown and HTML show it as it is, on one line.
std::string MarkdownText(const std::string& text);

}  // namespace quantbench
