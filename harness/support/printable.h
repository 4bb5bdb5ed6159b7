// SPDX-License-Identifier: Apache-2.0
// The one place where text that isn't ours becomes fit to be shown: names, paths, what files and
// plugins say.
#pragma once

#include <string>
#include <string_view>

namespace quantbench {

// One line. Control characters (escape sequences of terminals among them), characters that turn or
// hide what stands around them (bidirectional controls, invisible ones) and bytes that are no UTF-8
// are shown as escapes: \n, \u001b, \u202e, \xff. So are the beginnings of commands to CI systems:
// "::" that begins a line, "##[" anywhere. All other text stays as it is.
std::string Printable(std::string_view text);

// The same for text of several lines, whose line ends and tabs stay. JSON stays the same JSON.
std::string PrintableLines(std::string_view text);

}  // namespace quantbench
