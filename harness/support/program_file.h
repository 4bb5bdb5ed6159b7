// SPDX-License-Identifier: Apache-2.0
// Where this program's own file lies.
#pragma once

#include <filesystem>

namespace quantbench {

// From /proc, or where that isn't mounted, from what the kernel was told to start. Throws Error
// where neither tells.
std::filesystem::path ProgramFile();

}  // namespace quantbench
