// SPDX-License-Identifier: Apache-2.0
// Predictions as the cache keeps them.
#pragma once

#include <filesystem>
#include <string>

#include "evaluate/accuracy.h"
#include "store/kind.h"

namespace quantbench {

extern const Kind kPredictions;

// The content of the entry of a key.
std::string SerializePredictions(const std::string& key, const Predictions& predictions);
// Throws Error that says what is wrong with the file.
Predictions ReadCachedPredictions(const std::filesystem::path& file, const std::string& key);

}  // namespace quantbench
