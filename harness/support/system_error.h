// SPDX-License-Identifier: Apache-2.0
// Why a system call failed, in words that say what helps.
#pragma once

#include <string>

namespace quantbench {

// "Permission denied"; where this process has no descriptors left, also how it gets more.
std::string SystemReason(int error_number);

}  // namespace quantbench
