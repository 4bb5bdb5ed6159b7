// SPDX-License-Identifier: Apache-2.0
// What a file is that the system's loader doesn't take for a library of this machine.
#pragma once

#include <filesystem>
#include <string>

namespace quantbench {

// "it is a library for aarch64, and quantbench runs on x86-64; build it for x86-64"; empty for what
// the loader may take. Reads headers only.
std::string WhyNotALibrary(const std::filesystem::path& file);

}  // namespace quantbench
