// SPDX-License-Identifier: Apache-2.0
// A run repeated with other calibration images.
#pragma once

#include <vector>

#include "record/row.h"
#include "run/options.h"
#include "scenario/scenario.h"

namespace quantbench {

// Of a part of a run; throws Error.
void RequireOneSeed(const Scenario& scenario);

// Measures the accuracy of the cases once more with the calibration images of each further seed of
// `calibration: {seeds: N}`, as runs of their own in options.out/seeds/<seed>, which resume and
// cache as any run does, and gives `rows` that depend on calibration their Top-1 under each seed,
// the scenario's own first. Nothing where there is one seed. Throws what RunScenario throws.
void MeasureSeeds(const Scenario& scenario, const RunOptions& options, std::vector<Row>& rows);

}  // namespace quantbench
