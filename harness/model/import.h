// SPDX-License-Identifier: Apache-2.0
// Model files to float graphs: one function that knows all formats and architectures.
#pragma once

#include <string>
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

}  // namespace quantbench
