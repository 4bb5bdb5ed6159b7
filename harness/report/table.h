// SPDX-License-Identifier: Apache-2.0
// The table that a run ends with.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>

#include "record/columns.h"
#include "record/row.h"

namespace quantbench {

// How the best values are marked: not at all, for programs; by stars; by ANSI colours.
enum class Marks { kNone, kStars, kColors };

constexpr size_t kTableColumns = 100;  // where no terminal says how many there are

// Whether an empty text of a column says something of a quantised case: that nothing was done,
// where others of its column say what. Then what these say isn't the same in all rows.
bool LeavesUnsaid(const Column& column, const Row& row, const std::string& shown);

// The short table for people. It fits into `width` columns: where it would be wider, a column that
// is the same in all rows is said once below, names lose their middle, and then columns are left
// out. A figure whose interval is known stands with it, and with a question mark where it is wide
// (Column::IsDoubtful).
// Where an emulator is named (Environment::emulator), every title over a time says so, and a line
// below says what that means. Cases with doubtful figures and without any follow with their
// reasons.
void WriteTable(std::span<const Row> rows, std::ostream& stream, Marks marks,
                const std::string& emulator = {}, size_t width = kTableColumns);

// All columns that have something to say, as Markdown; then the same reasons as a list.
void WriteMarkdownTable(std::span<const Row> rows, std::ostream& stream,
                        const std::string& emulator = {});

}  // namespace quantbench
