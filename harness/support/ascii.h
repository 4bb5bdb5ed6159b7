// SPDX-License-Identifier: Apache-2.0
// Letters of ASCII, whatever the locale is.
#pragma once

#include <string>

namespace quantbench {

inline std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace quantbench
