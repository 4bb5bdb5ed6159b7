// SPDX-License-Identifier: Apache-2.0
// What the stage does besides where it has only a part of the run's images.
#include "stage/cached_predictions.h"
#include "stage/predictions.h"
#include "support/error.h"

namespace quantbench {

// Whose files are whole, of a part.
bool PredictionsStage::HasPartFile(const EvaluationUnit& unit) {
  if (context_.part.IsWhole()) return true;
  try {
    ReadCachedPredictions(PartFileOf(unit), KeyOf(unit));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::filesystem::path PredictionsStage::PartFileOf(const EvaluationUnit& unit) const {
  return UnitFile(PartFolder(context_.out, crops_.range()), unit.Name());
}

std::vector<PartUnit> PredictionsStage::UnitsOfPart() const {
  std::vector<PartUnit> units;
  for (const EvaluationUnit& unit : Units()) {
    const auto known = known_.find(unit.Name());
    if (known == known_.end()) continue;
    const bool good = std::holds_alternative<Evaluation>(known->second);
    std::vector<std::string> exact;
    for (const EvaluationUnit& other : Units()) {
      if (!IsExact(unit) && IsExact(other) && other.recipe == unit.recipe &&
          other.batch_size == unit.batch_size)
        exact.push_back(other.Name());
    }
    const Numerics& numerics = context_.backends.at(unit.backend).info.numerics;
    units.push_back({.name = unit.Name(),
                     .network = unit.network,
                     .backend = unit.backend,
                     .outcome = known->second,
                     .key = good ? KeyOf(unit) : "",
                     .can_be_chance = CanBeDoubted(unit),
                     .exact = std::move(exact),
                     .min_sqnr_db = numerics.min_sqnr_db,
                     .min_agreement_percent = numerics.min_top1_agreement_percent,
                     .is_float = unit.recipe.IsFloat(),
                     .is_expected = network_.expect.has_value() && unit.recipe.IsFloat()});
  }
  return units;
}

// Which images make a batch, on one machine, only those before them tell.
void PredictionsStage::RequireWholeBatches() const {
  const std::vector<std::string>& unreadable = crops_.evaluation()->crops->unreadable();
  const auto all = static_cast<int64_t>(crops_.ImagesOfRun().images.size());
  const bool is_last = crops_.range().end == all;
  if (unreadable.empty() || context_.part.IsWhole() || is_last) return;
  if (BatchOfRanges(context_.cases) == 1) return;
  throw Error(
      unreadable.front() +
      "; dynamic models are evaluated in batches of consecutive images, which a part of a run "
      "can't know behind an image that is left out: take it out of the dataset, or run "
      "batch_size 1");
}

}  // namespace quantbench
