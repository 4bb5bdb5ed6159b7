// SPDX-License-Identifier: Apache-2.0
// What a model file is, told by its content: names and extensions lie.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace quantbench {

enum class FileFormat { kZip, kPickle, kSafetensors, kOnnx, kOther };

FileFormat DetectFormat(std::span<const std::byte> file);

// For a file that is no checkpoint: what it seems to be and what to do, as the end of a sentence
// ("is a web page, ...").
std::string DescribeForeignFile(std::span<const std::byte> file);

}  // namespace quantbench
