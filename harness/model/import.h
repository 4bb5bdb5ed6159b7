// SPDX-License-Identifier: Apache-2.0
// Model files to float graphs: one function that knows all formats and architectures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "graph/model_source.h"

namespace quantbench {

// What ModelSource::architecture may be.
std::vector<std::string> KnownArchitectures();

// Reads a checkpoint or an ONNX file and builds its network, shapes inferred, not yet folded or
// fused. `recognized` becomes what a checkpoint's tensors were taken for and where they lay, in
// words, if that isn't just what the source says. Throws Error that names the file and tensor.
Graph ImportModel(const ModelSource& source, std::string* recognized = nullptr);

// Height and width of the image that a model's file asks for; nullopt where it takes any, and where
// the file can't be read, which ImportModel then says.
std::optional<std::pair<int, int>> FixedInputSize(const std::filesystem::path& file);

}  // namespace quantbench
