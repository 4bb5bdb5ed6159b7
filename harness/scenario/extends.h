// SPDX-License-Identifier: Apache-2.0
// The key `extends`: a scenario on top of another file.
#pragma once

#include <deque>
#include <filesystem>
#include <optional>

#include "scenario/document.h"

namespace quantbench::yaml {

// Reads a scenario file, and the files that it extends, into one tree: mappings are merged key by
// key, anything else is replaced, and a key set to nothing is removed. Nodes point into `sources`,
// which holds the texts read, this file's first. Nothing where a file has no YAML. Throws
// ScenarioError only where `file` itself can't be read.
std::optional<Node> ReadTree(const std::filesystem::path& file, std::deque<Source>& sources,
                             Mistakes& mistakes);

}  // namespace quantbench::yaml
