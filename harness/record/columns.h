// SPDX-License-Identifier: Apache-2.0
// The columns of results.csv and of the tables for people, made from the fields of a row.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "record/row.h"

namespace quantbench {

// A cell: empty, text, an integer, or a number with the decimals that its column has in
// results.csv.
struct Decimal {
  double value;
  int decimals;
};
using Cell = std::variant<std::monostate, std::string, int64_t, Decimal>;

// '.' as decimal point in any locale; empty cells are empty.
std::string ToString(const Cell& cell);
// Of a finite number.
std::optional<double> NumberOf(const Cell& cell);

struct Column {
  std::string_view name;
  Traits traits;
  bool is_number;
  std::function<Cell(const Row&)> cell;

  // As people are shown it: times and per applied.
  std::optional<double> Shown(const Row& row) const;
  // How far from it the figure may be, where that is known: the farther end of its interval.
  std::optional<double> Off(const Row& row) const;
  // That is more than a tenth of the figure; or what says how much faster doesn't tell whether.
  bool IsDoubtful(const Row& row) const;
};

// In the order of results.csv.
std::span<const Column> Columns();
// Those that have a place there, in its order.
std::span<const Column* const> PageColumns();
std::span<const Column* const> TerminalColumns();

}  // namespace quantbench
