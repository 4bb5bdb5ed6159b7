// SPDX-License-Identifier: Apache-2.0
// Names that plugins give: they are printed, matched and written to CSV.
#pragma once

#include <string_view>

namespace quantbench {

// Of a-z, 0-9 and _.
inline bool IsPlainName(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

}  // namespace quantbench
