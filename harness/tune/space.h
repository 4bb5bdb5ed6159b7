// SPDX-License-Identifier: Apache-2.0
// Which recipes a tuning may choose among, and in which order it tries them.
#pragma once

#include <string>
#include <vector>

#include "run/plan.h"
#include "tune/pareto.h"

namespace quantbench {

struct Space {
  std::string network;  // as in CaseKey
  std::string backend, isa;
  int batch_size = 1, threads = 1;
  // Those of the scenario's cases; of a single one, that one with each set of techniques.
  std::vector<Recipe> recipes;

  CaseKey KeyOf(const Recipe& recipe) const {
    return {.backend = backend,
            .recipe = recipe,
            .batch_size = batch_size,
            .threads = threads,
            .network = network};
  }
};

// Of the plan's cases. Batch size and threads are those of the first int8 case. Throws Error where
// no choice is left: no int8 case, a model that is quantised already, several backends, or several
// networks.
Space SpaceOf(const Plan& plan);

// What a recipe costs to make, as a rank: calibration alone, then what works on the calibration
// images layer by layer, in the order of the techniques' table.
int CostOf(const Recipe& recipe);

// Recipes of one kind are equal to the objective: they differ in observers and techniques alone.
// Those that rewrite the float network add what its file holds, and hardly any time.
std::string KindOf(const Recipe& recipe, Objective objective);

}  // namespace quantbench
