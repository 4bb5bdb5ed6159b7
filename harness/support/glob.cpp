// SPDX-License-Identifier: Apache-2.0
// Patterns without recursion: the last star alone can be stretched.
#include "support/glob.h"

namespace quantbench {

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  // Where the last '*' stands, and up to where of the text it has been stretched.
  size_t star = std::string_view::npos, stretched = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      stretched = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++stretched;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace quantbench
