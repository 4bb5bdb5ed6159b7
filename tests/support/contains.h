// SPDX-License-Identifier: Apache-2.0
// Whether a text holds another.
#pragma once

#include <string_view>

namespace quantbench::testing {

inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace quantbench::testing
