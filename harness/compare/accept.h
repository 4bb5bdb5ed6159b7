// SPDX-License-Identifier: Apache-2.0
// Baselines: results without what belongs to one machine, small enough to be committed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/results.h"

namespace quantbench {

// Of the rows that are ok: what identifies them, their accuracy, size and hash of outputs. No
// latency, no environment but version and architecture. Throws Error where nothing is left.
Results BaselineOf(const Results& results);

// One line for each case that `changed` adds, loses or changes, and one where other weights or
// images are behind it; empty where nothing changes.
std::vector<std::string> BaselineChanges(const Results& base, const Results& changed);

// Makes `changed` the baseline in `file` (parents are made) and returns what that changes: all of
// it where there was no such file. A baseline that doesn't change isn't written. Throws Error where
// a case of `changed` failed, or the old file is no results.json.
std::vector<std::string> AcceptBaseline(const std::filesystem::path& file, const Results& changed);

}  // namespace quantbench
