// SPDX-License-Identifier: Apache-2.0
// The scenarios that come with quantbench, by their names, wherever it is installed or built.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace quantbench {

// The folder that has scenarios/ and datasets/; empty where there is none.
std::filesystem::path OwnFolder();

// The file of "default" or "default.yaml"; nothing where none has that name, or where it is a path.
std::optional<std::filesystem::path> OwnScenario(const std::filesystem::path& name);

// The file that a command line means: `word` itself, or where there is no such file, the scenario
// of that name that comes with quantbench. Throws Error that names these.
std::filesystem::path ScenarioFile(const std::filesystem::path& word);

}  // namespace quantbench
