// SPDX-License-Identifier: Apache-2.0
// Aligned tables within 100 columns, whatever the tensor's dimensions.
#include <algorithm>
#include <cmath>
#include <functional>
#include <ostream>

#include "support/number_text.h"
#include "tensor/print.h"

namespace quantbench {
namespace {

constexpr size_t kWidth = 100;
constexpr size_t kGap = 4;  // between tables side by side

using Lines = std::vector<std::string>;

std::string PadLeft(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

size_t WidthOf(const Lines& lines) {
  size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, line.size());
  return width;
}

// A matrix of cells, right-aligned.
Lines Align(const std::vector<Lines>& cells) {
  std::vector<size_t> widths(cells.front().size(), 0);
  for (const Lines& row : cells) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  Lines lines;
  for (const Lines& row : cells) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c)
      line += (c == 0 ? "" : "  ") + PadLeft(row[c], widths[c]);
    lines.push_back(line);
  }
  return lines;
}

// How all values of one kind are written, so that their points stand below each other.
std::function<std::string(double)> FormatFor(double largest, int digits) {
  if (largest != 0 && (largest >= 1e7 || largest < 1e-5)) {
    return [](double value) { return ScientificText(value, 3); };
  }
  const int magnitude = largest == 0 ? 0 : static_cast<int>(std::floor(std::log10(largest)));
  const int decimals = std::clamp(digits - 1 - magnitude, 0, 9);
  return [decimals](double value) { return FixedText(value, decimals); };
}

// One of the four tables: what it is called and what it shows of an element.
struct View {
  std::string title;
  std::function<std::string(size_t element)> text;
};

std::vector<View> ViewsOf(const QuantizedTensor& tensor) {
  double largest = 0;
  for (const float value : tensor.source.values) {
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  const auto format = FormatFor(largest, 5);
  const auto error_format = FormatFor(SummarizeErrors(tensor).largest, 3);
  const auto integer = [&tensor](size_t i) {
    return std::to_string(tensor.integers[i]) + (tensor.IsClamped(i) ? "*" : " ");
  };
  return {{"float", [&tensor, format](size_t i) { return format(tensor.source.values[i]); }},
          {std::string(ToString(tensor.dtype)), integer},
          {"dequantised", [&tensor, format](size_t i) { return format(tensor.dequantized[i]); }},
          {"error", [&tensor, error_format](size_t i) { return error_format(tensor.ErrorOf(i)); }}};
}

// A 2-D part of the tensor: the last two dimensions, from element `first`.
struct Slice {
  size_t first, rows, columns;
};

std::string Bracketed(size_t index) { return "[" + std::to_string(index) + "]"; }

// Columns [begin, end) of a slice as one table below its title.
Lines TableOf(const View& view, const Slice& slice, size_t begin, size_t end, bool row_labels) {
  const auto line_of = [&](const std::string& label, const auto& text) {
    Lines line;
    if (row_labels) line.push_back(label);
    for (size_t c = begin; c < end; ++c) line.push_back(text(c));
    return line;
  };
  std::vector<Lines> cells{line_of("", Bracketed)};
  for (size_t r = 0; r < slice.rows; ++r) {
    const size_t row = slice.first + r * slice.columns;
    cells.push_back(line_of(Bracketed(r), [&](size_t c) { return view.text(row + c); }));
  }
  const Lines lines = Align(cells);
  const size_t width = std::max(WidthOf(lines), view.title.size());
  Lines table{PadLeft(view.title, width)};
  for (const std::string& line : lines) table.push_back(PadLeft(line, width));
  return table;
}

void PrintLines(const Lines& lines, std::ostream& stream) {
  for (const std::string& line : lines)
    stream << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  stream << '\n';
}

void PrintSideBySide(const std::vector<Lines>& tables, std::ostream& stream) {
  Lines lines(tables.front().size());
  for (const Lines& table : tables) {
    for (size_t i = 0; i < lines.size(); ++i) {
      lines[i] += (lines[i].empty() ? "" : std::string(kGap, ' ')) + table[i];
    }
  }
  PrintLines(lines, stream);
}

// As many columns at a time as fit.
void PrintWrapped(const View& view, const Slice& slice, std::ostream& stream) {
  for (size_t begin = 0; begin < slice.columns;) {
    size_t end = slice.columns;
    while (end > begin + 1 && WidthOf(TableOf(view, slice, begin, end, true)) > kWidth) {
      end -= std::max<size_t>(1, (end - begin) / 8);
    }
    PrintLines(TableOf(view, slice, begin, end, true), stream);
    begin = end;
  }
}

// One dimension reads best downwards: a row an element, with all four values.
void PrintVector(const std::vector<View>& views, size_t elements, std::ostream& stream) {
  Lines header{""};
  for (const View& view : views) header.push_back(view.title);
  std::vector<Lines> cells{header};
  for (size_t i = 0; i < elements; ++i) {
    Lines row{Bracketed(i)};
    for (const View& view : views) row.push_back(view.text(i));
    cells.push_back(row);
  }
  PrintLines(Align(cells), stream);
}

void PrintSlice(const std::vector<View>& views, const Slice& slice, std::ostream& stream) {
  std::vector<Lines> tables;
  size_t total = 0;
  for (const View& view : views) {
    tables.push_back(TableOf(view, slice, 0, slice.columns, tables.empty()));
    total += WidthOf(tables.back()) + (tables.size() > 1 ? kGap : 0);
  }
  if (total <= kWidth) {
    PrintSideBySide(tables, stream);
    return;
  }
  for (const View& view : views) PrintWrapped(view, slice, stream);
}

void PrintValues(const QuantizedTensor& tensor, std::ostream& stream) {
  const std::vector<View> views = ViewsOf(tensor);
  const Shape& shape = tensor.source.shape;
  if (shape.size() == 1) {
    PrintVector(views, tensor.source.values.size(), stream);
    return;
  }
  const auto columns = static_cast<size_t>(shape.back());
  const auto rows = static_cast<size_t>(shape[shape.size() - 2]);
  const Shape outer(shape.begin(), shape.end() - 2);
  for (size_t first = 0; first < tensor.source.values.size(); first += rows * columns) {
    if (!outer.empty()) {
      const std::string index = ToString(IndexOf(outer, first / (rows * columns)));
      stream << index.substr(0, index.size() - 1) << ",:,:]\n";
    }
    PrintSlice(views, {.first = first, .rows = rows, .columns = columns}, stream);
  }
}

// An end of what the integers represent: short, without what float32 adds to 74.1.
std::string EndText(double value) {
  const double magnitude = std::abs(value);
  const bool readable = magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e6);
  return readable ? TrimmedText(value, 4) : ScientificText(value, 3);
}

Lines ErrorCells(const ErrorSummary& errors) {
  return {ScientificText(errors.largest, 3), ScientificText(errors.rms, 3),
          errors.sqnr_db ? FixedText(*errors.sqnr_db, 2) : "no error",
          std::to_string(errors.clamped)};
}

// One line a channel, and one of all where there are several.
void PrintChannels(const QuantizedTensor& tensor, std::ostream& stream) {
  Lines header{"channel",   "scale",     "zero point", "represents from", "to",
               "max error", "RMS error", "SQNR dB",    "clamped"};
  std::vector<Lines> cells{header};
  const auto add = [&](Lines row, const ErrorSummary& errors) {
    const Lines tail = ErrorCells(errors);
    row.insert(row.end(), tail.begin(), tail.end());
    cells.push_back(row);
  };
  for (size_t c = 0; c < tensor.qparams.size(); ++c) {
    const QParams& qparams = tensor.qparams[c];
    const Interval interval = Represented(tensor.dtype, qparams);
    add({tensor.axis ? std::to_string(c) : "all", ShortestText(qparams.scale),
         std::to_string(qparams.zero_point), EndText(interval.low), EndText(interval.high)},
        SummarizeErrors(tensor, c));
  }
  if (tensor.qparams.size() > 1) add({"all", "", "", "", ""}, SummarizeErrors(tensor));
  PrintLines(Align(cells), stream);
}

}  // namespace

void PrintTensorTables(const QuantizedTensor& tensor, const std::string& title,
                       std::ostream& stream) {
  const size_t elements = tensor.source.values.size();
  stream << title << ": " << ToString(tensor.source.shape) << ", " << elements
         << (elements == 1 ? " value\n" : " values\n") << ToString(tensor.dtype)
         << (tensor.axis ? ", per channel along axis " + std::to_string(*tensor.axis)
                         : ", per tensor")
         << (tensor.observer.empty() ? "" : ", qparams by " + tensor.observer) << "\n\n";
  PrintChannels(tensor, stream);
  PrintValues(tensor, stream);
  if (SummarizeErrors(tensor).clamped > 0) {
    stream << "* clamped: the value lies outside what the integers represent\n";
  }
}

}  // namespace quantbench
