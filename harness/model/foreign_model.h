// SPDX-License-Identifier: Apache-2.0
// Models of other frameworks, told by their content, and their way to ONNX.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace quantbench {

// What the file or folder is, and what to do, as one sentence ("it is a TensorFlow Lite model;
// ..."); nothing for ONNX files, checkpoints and what isn't known. A file that can't be opened is
// nothing, too: who reads it says why.
std::optional<std::string> DescribeForeignModel(const std::filesystem::path& path);

}  // namespace quantbench
