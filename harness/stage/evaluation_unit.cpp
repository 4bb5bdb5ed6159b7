// SPDX-License-Identifier: Apache-2.0
// Units of cases.
#include "stage/evaluation_unit.h"

namespace quantbench {

std::string EvaluationUnit::Name() const {
  return backend + "-" + recipe.Name() +
         (recipe.IsDynamic() ? "-b" + std::to_string(batch_size) : "");
}

EvaluationUnit UnitOf(const CaseKey& key) {
  return {.backend = key.backend,
          .recipe = key.recipe,
          .batch_size = key.recipe.IsDynamic() ? key.batch_size : 1};
}

}  // namespace quantbench
