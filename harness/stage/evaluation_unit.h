// SPDX-License-Identifier: Apache-2.0
// What is evaluated once and joined to all rows that share it.
#pragma once

#include <string>
#include <vector>

#include "recipe/case.h"

namespace quantbench {

struct EvaluationUnit {
  std::string backend;
  Recipe recipe;
  int batch_size = 1;     // images at once: only dynamic qparams depend on the others of a batch
  std::string network{};  // as in CaseKey

  bool operator==(const EvaluationUnit&) const = default;

  std::string Name() const;
  std::string PredictionsFile() const { return "predictions/" + Name() + ".csv"; }  // in --out
};

EvaluationUnit UnitOf(const CaseKey& key);

// The backends of cases, in their order, each once.
std::vector<std::string> BackendsOf(const std::vector<Case>& cases);

// Images that a range must begin at a multiple of, so that all batches are those of one run over
// all images: the least that the batch sizes of all units divide.
int64_t BatchOfRanges(const std::vector<Case>& cases);

}  // namespace quantbench
