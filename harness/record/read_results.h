// SPDX-License-Identifier: Apache-2.0
// Reads results.json back into Results.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "record/results.h"

namespace quantbench {

// `path` is a results.json, or a folder that holds one. Keys that this version doesn't know are
// ignored, columns that the file doesn't have stay empty. Throws Error that names the file and the
// place in it ("rows[3].batch_size") where it can't be read, isn't JSON, is of another schema, a
// row has no case_id or status, a case_id comes twice, or a value has the wrong type or range.
Results ReadResults(const std::filesystem::path& path);

// The same of a text; `name` stands for the file in messages.
Results ParseResults(std::string_view json, const std::string& name);

// The results.json that a path stands for: itself, or the file in the folder. Throws Error where
// there is none.
std::filesystem::path ResultsFile(const std::filesystem::path& path);

// All results.json files that a path stands for, in the order of their names: those of ResultsFile,
// or, where the folder itself has none, those in the folders below it. A folder with results isn't
// searched further, links aren't followed. Throws Error where there is none.
std::vector<std::filesystem::path> AllResultsFiles(const std::filesystem::path& path);

}  // namespace quantbench
