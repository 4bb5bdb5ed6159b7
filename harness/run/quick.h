// SPDX-License-Identifier: Apache-2.0
// A scenario cut down to a first look.
#pragma once

#include <filesystem>
#include <string>

#include "scenario/scenario.h"

namespace quantbench {

// At most 100 images for each purpose, spread evenly over those that the scenario takes, and three
// short repetitions; its name gets "-quick". Lists of the images are written to `folder` where it
// takes more. Throws Error.
void MakeQuick(const std::filesystem::path& folder, Scenario& scenario);

// What is said of such figures, wherever they are shown.
std::string QuickRemark(const Scenario& scenario);

}  // namespace quantbench
