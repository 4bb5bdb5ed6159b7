// SPDX-License-Identifier: Apache-2.0
// Another program as a child, waited for.
#pragma once

#include <string>
#include <vector>

namespace quantbench {

// Its exit status, or 128 and the number of the signal that ended it. It gets this process's stderr
// for its own stdout and stderr, or /dev/null, and an empty stdin. Behind the words of
// QUANTBENCH_LAUNCHER where that is set (an emulator). A signal to this process ends it as well and
// is thrown as Interrupt. Throws Error where it can't be started.
enum class ChildOutput { kStderr, kNowhere };
int RunProgram(const std::vector<std::string>& words, ChildOutput output);

}  // namespace quantbench
