// SPDX-License-Identifier: Apache-2.0
// ${NAME} in scenario values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench::yaml {

struct Expansion {
  struct Mistake {
    size_t offset = 0;  // in the unexpanded text
    std::string message;
  };
  std::string text;
  bool has_variable = false;
  // The text begins with what the environment holds, not with a default or literal text: as a
  // relative path it belongs to the current directory of whoever set the variable.
  bool begins_with_environment = false;
  std::vector<Mistake> mistakes;
};

// Replaces ${NAME} and ${NAME:-default} (an empty variable counts as unset, as in a shell), and $$
// by a single $.
Expansion ExpandVariables(std::string_view text);

}  // namespace quantbench::yaml
