// SPDX-License-Identifier: Apache-2.0
// The fault of a plugin, which is its name: linked to code that is compiled once for all of them.
#pragma once

#include <string_view>

extern "C" const char fault_name[];

namespace {

const std::string_view kFault = fault_name;

}  // namespace
