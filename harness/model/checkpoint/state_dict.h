// SPDX-License-Identifier: Apache-2.0
// PyTorch state dicts from .pth files, read by a parser that runs no code.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "model/graph.h"

namespace quantbench {

// Parameters by name, in float32 (half, bfloat16 and double are converted; integer tensors such as
// num_batches_tracked are kept as floats).
using StateDict = std::map<std::string, FloatTensor>;

// Reads a state dict as torch.save writes it: the zip format (since PyTorch 1.6) or the older
// pickle stream. Accepts exactly the pickle operations and globals that a state dict needs and
// refuses all else by name. Also accepts a dict with the state dict under "state_dict" or "model".
// Throws Error that names the file, and the tensor or opcode.
StateDict ReadStateDict(const std::filesystem::path& file);

// The same from a file's content; errors don't name the file.
StateDict ReadStateDict(std::span<const std::byte> content);

}  // namespace quantbench
