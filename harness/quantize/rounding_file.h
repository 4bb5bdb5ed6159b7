// SPDX-License-Identifier: Apache-2.0
// Learnt integer weights of a layer as a checksummed file of the cache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "store/kind.h"

namespace quantbench {

extern const Kind kRoundings;

// The content of a file.
std::string SerializeRounding(std::span<const int8_t> weights);

// As many weights as are expected. Throws Error that says what is wrong with the file.
std::vector<int8_t> ReadRounding(const std::filesystem::path& file, size_t count);

}  // namespace quantbench
