// SPDX-License-Identifier: Apache-2.0
// A place of a scenario's text as text, for mistakes that show only when a plugin was asked.
#pragma once

#include <string>

namespace quantbench {

struct Spot {
  std::string before;  // "scenarios/mini.yaml:12:30: matrix.backend[0].options.speed: "
  std::string after;   // the source line and a caret below, behind a line end; or nothing

  std::string Say(const std::string& message) const { return before + message + after; }
};

}  // namespace quantbench
