// SPDX-License-Identifier: Apache-2.0
// A plan for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "run/plan.h"

namespace quantbench {

// A line a case. Where it would be wider than `max_width`, without what the ids tell anyway.
void PrintPlanTable(const Plan& plan, size_t max_width, bool color, std::ostream& stream);

// Images, unfinished run, time: a line each.
std::vector<std::string> PlanSummary(const Plan& plan);

void PrintPlanJson(const Scenario& scenario, const Plan& plan, std::ostream& stream);

}  // namespace quantbench
