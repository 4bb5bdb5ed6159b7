// SPDX-License-Identifier: Apache-2.0
// Names by patterns.
#pragma once

#include <string_view>

namespace quantbench {

// Shell-style: '*' (any text, also '/'), '?'. True where the whole text matches.
bool MatchesGlob(std::string_view pattern, std::string_view text);

}  // namespace quantbench
