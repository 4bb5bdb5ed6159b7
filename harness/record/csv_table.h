// SPDX-License-Identifier: Apache-2.0
// Any list of structs with tables of fields as CSV, a row each. For .cpp files alone.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "record/case_result.h"
#include "record/csv.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace internal {

inline std::string TableCell(const std::string& text, int) { return CsvText(PrintableLines(text)); }
inline std::string TableCell(bool value, int) { return value ? "true" : "false"; }
inline std::string TableCell(int value, int) { return std::to_string(value); }
inline std::string TableCell(int64_t value, int) { return std::to_string(value); }
inline std::string TableCell(Status status, int) { return std::string(ToString(status)); }
inline std::string TableCell(double value, int decimals) { return FixedText(value, decimals); }
template <class T>
std::string TableCell(const std::optional<T>& value, int decimals) {
  return value ? TableCell(*value, decimals) : std::string();
}

}  // namespace internal

// RFC 4180, a header first. Fields that are lists are in JSON alone.
template <class T>
void WriteCsvTable(const std::vector<T>& rows, std::ostream& stream) {
  const auto write = [&](const T& row, bool names) {
    const char* separator = "";
    ForEachField<T>([&](const auto& field, const auto& get) {
      if constexpr (requires { internal::TableCell(*get(row), 0); }) {
        stream << separator
               << (names ? std::string(field.key)
                         : internal::TableCell(*get(row), field.traits.decimals));
        separator = ",";
      }
    });
    stream << "\r\n";
  };
  write({}, true);
  for (const T& row : rows) write(row, false);
}

}  // namespace quantbench
