// SPDX-License-Identifier: Apache-2.0
// Fields to columns.
#include "record/columns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr size_t kMaxColumns = 1000;

// Each number from 1 on is one field's, so that a table can't be extended in two ways at once.
constexpr bool AreNumberedWithoutGaps() {
  std::array<int, kMaxColumns> uses{};
  size_t count = 0;
  ForEachField<Row>([&](const auto& field, const auto&) {
    if (field.traits.column <= 0) return;
    ++uses[static_cast<size_t>(field.traits.column)];
    ++count;
  });
  for (size_t i = 1; i <= count; ++i) {
    if (uses[i] != 1) return false;
  }
  return true;
}
static_assert(AreNumberedWithoutGaps(), "a new column of results.csv takes the next free number");

Cell ToCell(const std::string& text, int) { return text.empty() ? Cell() : Cell(text); }
Cell ToCell(Status status, int) { return std::string(ToString(status)); }
Cell ToCell(int value, int) { return int64_t{value}; }
Cell ToCell(int64_t value, int) { return value; }
Cell ToCell(double value, int decimals) {
  return std::isfinite(value) ? Cell(Decimal{.value = value, .decimals = decimals}) : Cell();
}
template <class T>
requires requires(const T& one) { ToCell(one, 0); }
Cell ToCell(const std::optional<T>& value, int decimals) {
  return value ? ToCell(*value, decimals) : Cell();
}

template <class Member>
constexpr bool kIsText = std::is_same_v<Member, std::string> || std::is_same_v<Member, Status>;

template <class Object, class Member, class Get>
void AddColumn(const Field<Object, Member>& field, const Get& get, std::vector<Column>& columns) {
  // Lists are in results.json alone.
  if constexpr (requires(const Member& member) { ToCell(member, 0); }) {
    if (field.traits.column == 0) return;
    const auto cell = [get, decimals = field.traits.decimals](const Row& row) {
      const Member* const member = get(row);
      return member == nullptr ? Cell() : ToCell(*member, decimals);
    };
    columns.push_back(
        {.name = field.key, .traits = field.traits, .is_number = !kIsText<Member>, .cell = cell});
  }
}

std::vector<Column> MakeColumns() {
  std::vector<Column> columns;
  ForEachField<Row>([&](const auto& field, const auto& get) { AddColumn(field, get, columns); });
  std::sort(columns.begin(), columns.end(),
            [](const Column& a, const Column& b) { return a.traits.column < b.traits.column; });
  return columns;
}

template <class Place>
std::vector<const Column*> InPlace(const Place& place) {
  std::vector<const Column*> placed;
  for (const Column& column : Columns()) {
    if (place(column) > 0) placed.push_back(&column);
  }
  std::stable_sort(placed.begin(), placed.end(),
                   [&](const Column* a, const Column* b) { return place(*a) < place(*b); });
  return placed;
}

}  // namespace

std::string ToString(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return std::to_string(*integer);
  const auto* number = std::get_if<Decimal>(&cell);
  if (number == nullptr) return {};
  return FixedText(number->value, number->decimals);
}

std::optional<double> NumberOf(const Cell& cell) {
  if (const auto* integer = std::get_if<int64_t>(&cell)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<Decimal>(&cell)) return number->value;
  return std::nullopt;
}

std::optional<double> Column::Shown(const Row& row) const {
  const std::optional<double> value = NumberOf(cell(row));
  return value ? std::optional(*value * traits.times / traits.per) : std::nullopt;
}

std::optional<double> Column::Off(const Row& row) const {
  const std::optional<double> value = Shown(row);
  if (!value || traits.low == nullptr) return std::nullopt;
  const std::optional<double> low = row.summary.*traits.low, high = row.summary.*traits.high;
  if (!low || !high) return std::nullopt;
  const double scale = traits.times / traits.per;
  return ConfidenceInterval{.low = *low * scale, .high = *high * scale}.OffFrom(*value);
}

bool Column::IsDoubtful(const Row& row) const {
  constexpr double kTrusted = 0.1;
  const std::optional<double> off = Off(row);
  if (!off) return false;
  const bool holds_one = traits.high == &Summary::speedup_high && *row.summary.speedup_low <= 1 &&
                         *row.summary.speedup_high >= 1;
  return holds_one || *off > kTrusted * *Shown(row);
}

std::span<const Column> Columns() {
  static const std::vector<Column> columns = MakeColumns();
  return columns;
}

std::span<const Column* const> PageColumns() {
  static const auto columns = InPlace([](const Column& c) { return c.traits.page.place; });
  return columns;
}

std::span<const Column* const> TerminalColumns() {
  static const auto columns = InPlace([](const Column& c) { return c.traits.terminal.place; });
  return columns;
}

}  // namespace quantbench
