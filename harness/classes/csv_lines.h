// SPDX-License-Identifier: Apache-2.0
// Structs with fields as lines of CSV: a class within one becomes three columns, five classes five.
#pragma once

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "record/classes.h"
#include "record/csv.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench::csv_lines {

using Cells = std::vector<std::string>;

inline void Add(const std::string& text, int, Cells& cells) {
  cells.push_back(CsvText(PrintableLines(text)));
}
inline void Add(int64_t number, int, Cells& cells) { cells.push_back(std::to_string(number)); }
inline void Add(const std::optional<double>& number, int decimals, Cells& cells) {
  cells.push_back(number ? FixedText(*number, decimals) : "");
}
inline void Add(const TopFive& five, int, Cells& cells) {
  for (const int32_t one : five) cells.push_back(one < 0 ? "" : std::to_string(one));
}
inline void Add(const ClassName& name, int, Cells& cells) {
  Add(name.label, 0, cells);
  Add(name.name, 0, cells);
  Add(name.description, 0, cells);
}

// What the cells of one member are called.
template <class Member>
void AddTitles(const std::string& key, Cells& cells) {
  if constexpr (std::is_same_v<Member, TopFive>) {
    const std::string stem = key.substr(0, key.size() - 1);  // base_top5: base_top1 and so on
    for (const char* place : {"1", "2", "3", "4", "5"}) cells.push_back(stem + place);
  } else if constexpr (std::is_same_v<Member, ClassName>) {
    for (const char* part : {"_label", "_class", "_description"}) cells.push_back(key + part);
  } else {
    cells.push_back(key);
  }
}

inline void WriteLine(const Cells& cells, std::ostream& stream) {
  for (size_t i = 0; i < cells.size(); ++i) stream << (i == 0 ? "" : ",") << cells[i];
  stream << "\r\n";
}

template <class T>
void WriteTitles(std::ostream& stream, Cells cells = {}) {
  ForEachField<T>([&](const auto& field, const auto& get) {
    using Member = std::remove_cvref_t<decltype(*get(std::declval<const T&>()))>;
    AddTitles<Member>(std::string(field.key), cells);
  });
  WriteLine(cells, stream);
}

template <class T>
void Write(const T& object, std::ostream& stream, Cells cells = {}) {
  ForEachField<T>(
      [&](const auto& field, const auto& get) { Add(*get(object), field.traits.decimals, cells); });
  WriteLine(cells, stream);
}

}  // namespace quantbench::csv_lines
