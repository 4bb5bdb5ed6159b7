// SPDX-License-Identifier: Apache-2.0
// The table that a run ends with.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "record/row.h"

namespace quantbench {

// How the best values are marked: not at all, for programs; by stars; by ANSI colours.
enum class Marks { kNone, kStars, kColors };

// The short table for people. It fits 100 columns: where it would be wider, a column that is the
// same in all rows is said once below, names lose their middle, and then columns are left out.
// Where an emulator is named (Environment::emulator), every title over a time says so, and a line
// below says what that means. Cases with doubtful figures and without any follow with their
// reasons.
void WriteTable(std::span<const Row> rows, std::ostream& stream, Marks marks,
                const std::string& emulator = {});

}  // namespace quantbench
