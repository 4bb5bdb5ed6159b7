// SPDX-License-Identifier: Apache-2.0
// Units of cases.
#include "stage/evaluation_unit.h"

#include <algorithm>
#include <numeric>

namespace quantbench {

std::string EvaluationUnit::Name() const {
  return (network.empty() ? "" : network + "/") + backend + "-" + recipe.Name() +
         (recipe.IsDynamic() ? "-b" + std::to_string(batch_size) : "");
}

EvaluationUnit UnitOf(const CaseKey& key) {
  return {.backend = key.backend,
          .recipe = key.recipe,
          .batch_size = key.recipe.IsDynamic() ? key.batch_size : 1,
          .network = key.network};
}

std::vector<std::string> BackendsOf(const std::vector<Case>& cases) {
  std::vector<std::string> backends;
  for (const Case& one : cases) {
    if (std::find(backends.begin(), backends.end(), one.key.backend) == backends.end())
      backends.push_back(one.key.backend);
  }
  return backends;
}

int64_t BatchOfRanges(const std::vector<Case>& cases) {
  int64_t batch = 1;
  for (const Case& one : cases) batch = std::lcm(batch, int64_t{UnitOf(one.key).batch_size});
  return batch;
}

}  // namespace quantbench
