// SPDX-License-Identifier: Apache-2.0
// What a run is called.
#pragma once

#include <string>

namespace quantbench {

// The commit that the current folder has checked out, "-dirty" behind it where files were changed;
// empty where it is in no git work tree, or there is no git.
std::string DefaultLabel();

}  // namespace quantbench
