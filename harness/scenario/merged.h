// SPDX-License-Identifier: Apache-2.0
// A scenario as one file of its own.
#pragma once

#include <string>
#include <vector>

#include "scenario/parse.h"
#include "scenario/scenario.h"

namespace quantbench {

// YAML with what `scenario`'s file, the files that it extends and the overrides say together:
// LoadScenario of it gives the same, wherever it lies. Comments are lost; paths become absolute,
// unless they begin with an environment variable. What is expected of the networks is left out:
// it is known of all the images. Throws ScenarioError as LoadScenario does.
std::string MergedScenario(const Scenario& scenario, const std::vector<Override>& overrides);

}  // namespace quantbench
