// SPDX-License-Identifier: Apache-2.0
// Layers kept in float where no recipe keeps the limit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tune/trials.h"

namespace quantbench {

// Until when layers are added: Top-1 within so many points of fp32's, or so small a part left of
// the images whose class isn't fp32's (or no layer lessens it).
struct FallbackGoal {
  std::optional<double> limit_pp{}, changed_part{};
};

// The recipe with one, two, ... layers in float, in the order in which a diagnosis on the search
// part (run/reduce.h) adds them; none where nothing helps, and all layers at once where that
// doesn't suffice. Repeatable: what it looks at comes from the cache. Throws as Diagnose does.
std::vector<Recipe> WithLayersInFloat(const Trials& trials, const Recipe& recipe,
                                      const FallbackGoal& goal, const std::string& folder);

}  // namespace quantbench
