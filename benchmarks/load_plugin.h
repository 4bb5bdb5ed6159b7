// SPDX-License-Identifier: Apache-2.0
// Loads a plugin library for a benchmark.
#pragma once

#include <string>

#include "quantbench/plugin.h"

namespace quantbench::benchmarks {

// Throws Error, with the loader's text, where the library or its table can't be had. The library
// stays loaded.
const qb_plugin& LoadPlugin(const std::string& path);

// `isa`, or the best path that this CPU runs where it is empty.
std::string ChooseIsa(const qb_plugin& plugin, const std::string& isa);

}  // namespace quantbench::benchmarks
