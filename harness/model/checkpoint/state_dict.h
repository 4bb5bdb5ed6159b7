// SPDX-License-Identifier: Apache-2.0
// Weights from files of PyTorch and safetensors, read by parsers that run no code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "graph/graph.h"

namespace quantbench {

// Parameters by name, in float32 (half, bfloat16 and double are converted; integer tensors such as
// num_batches_tracked are kept as floats).
using StateDict = std::map<std::string, FloatTensor>;

// A state dict as it was found in a file.
struct Weights {
  StateDict tensors;
  std::string place;   // the key that it lay under; empty: by itself
  std::string prefix;  // what all names began with, taken off: "module."
};

// Reads a state dict from a safetensors file or as torch.save writes it: the zip format (since
// PyTorch 1.6) or the older pickle stream. It may lie inside what a training script saved
// (checkpoint/wrappers.h); whatever lies beside it is skipped. Throws Error that names the file,
// and the tensor or opcode.
Weights ReadWeights(const std::filesystem::path& file);

// The same from a file's content; errors don't name the file.
Weights ReadWeights(std::span<const std::byte> content);

}  // namespace quantbench
