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
    bool shortens = false;  // its cells may lose their middle
  };
  std::vector<Column> columns;
  std::vector<std::vector<TableCell>> rows;  // each as long as `columns`

  size_t Width() const;       // with every cell in full
  size_t LeastWidth() const;  // with all shortened that may be

  // Two spaces between columns. Where the whole is wider than `max_width`, the widest columns that
  // may be are shortened. Colours only with `color`.
  void WriteText(std::ostream& stream, size_t max_width, bool color) const;
  // A GitHub-flavoured table; what Markdown would take for markup is escaped.
  void WriteMarkdown(std::ostream& stream) const;
};

// Breaks a text between words such that no line is longer than `max_width`, where words allow; the
// following lines begin with three spaces.
void WriteWrapped(const std::string& text, size_t max_width, std::ostream& stream);

// The text such that Markdown and HTML show it as it is, on one line.
std::string MarkdownText(const std::string& text);

}  // namespace quantbench
