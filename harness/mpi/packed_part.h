// SPDX-License-Identifier: Apache-2.0
// A part's folder as one text, for a message.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace quantbench {

std::string PackedPart(const std::filesystem::path& folder);
// Writes the files; part.json, which says that the part is whole, last. Throws Error for what
// PackedPart hasn't made, and WriteError.
void UnpackPart(std::string_view packed, const std::filesystem::path& folder);

}  // namespace quantbench
