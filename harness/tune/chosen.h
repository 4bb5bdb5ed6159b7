// SPDX-License-Identifier: Apache-2.0
// The scenario that gives a chosen model's row again.
#pragma once

#include <string>
#include <vector>

#include "scenario/parse.h"
#include "tune/space.h"

namespace quantbench {

// A scenario's text that stands for itself: `scenario`, loaded with these overrides, with fp32 and
// the recipe as its only cases, on the images that the search never saw.
std::string ScenarioOfChosen(const Scenario& scenario, std::vector<Override> overrides,
                             const Space& space, const Recipe& recipe);

}  // namespace quantbench
