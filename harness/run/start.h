// SPDX-License-Identifier: Apache-2.0
// How runs, plans and `quantize` begin: plugins found, cases chosen.
#pragma once

#include <string>
#include <vector>

#include "run/options.h"
#include "stage/run_context.h"

namespace quantbench {

RunContext ContextOf(const Scenario& scenario, const RunOptions& options, Store::Access access);

// Removes what runs that were killed have left behind, where this one writes.
void TidyUp(const RunContext& context);

// Finds plugins, and takes the scenario's cases that pass the filter, with their backends. Throws
// Error where no case is left, or where a backend is missing or can't run here.
void FindCases(RunContext& context, const RunOptions& options);
// The same, where the backends that can't be had become problems.
void FindCases(RunContext& context, const RunOptions& options, std::vector<std::string>& problems);

// What results say before anything is measured: a row for each case. Call after FindCases.
void BeginResults(RunContext& context);

}  // namespace quantbench
