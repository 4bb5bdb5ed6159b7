// SPDX-License-Identifier: Apache-2.0
// Where the checkout and the build lie.
#pragma once

#include <filesystem>

namespace quantbench::testing {

std::filesystem::path SourceDir();
std::filesystem::path BinaryDir();

}  // namespace quantbench::testing
