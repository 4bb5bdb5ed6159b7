// SPDX-License-Identifier: Apache-2.0
// Describes this machine and this build.
#pragma once

#include "record/environment.h"

namespace quantbench {

// Reads /proc and /sys; what isn't there stays empty.
Environment DescribeEnvironment();

}  // namespace quantbench
