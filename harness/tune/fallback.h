// SPDX-License-Identifier: Apache-2.0
// Layers kept in float where no recipe keeps the limit.
#pragma once

#include <vector>

#include "tune/trials.h"

namespace quantbench {

// The recipe with one, two, ... layers in float, in the order in which a diagnosis on the search
// part (run/reduce.h) adds them until Top-1 is within so many points of fp32; none where nothing
// helps, and all layers at once where that doesn't suffice. Repeatable: what it looks at comes from
// the cache. Throws as Diagnose does.
std::vector<Recipe> WithLayersInFloat(const Trials& trials, const Recipe& recipe, double limit_pp,
                                      const std::string& folder);

}  // namespace quantbench
