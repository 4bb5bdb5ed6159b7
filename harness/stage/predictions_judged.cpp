// SPDX-License-Identifier: Apache-2.0
// What the stage says of accuracies beside their figures: whether they can be the network's, and
// whether engines agree.
#include <algorithm>
#include <optional>

#include "stage/agreement.h"
#include "stage/plausible.h"
#include "stage/predictions.h"
#include "support/error.h"
#include "support/progress.h"

namespace quantbench {

void PredictionsStage::CompareEngines() {
  const std::vector<EvaluationUnit> units = Units();
  for (const EvaluationUnit& unit : units) {
    if (IsExact(unit) || !HasResult(unit)) continue;
    const auto exact = std::ranges::find_if(units, [&](const EvaluationUnit& other) {
      return other.recipe == unit.recipe && other.batch_size == unit.batch_size && IsExact(other) &&
             HasResult(other);
    });
    if (exact == units.end()) continue;
    std::optional<Agreement> agreement;
    try {
      agreement = AgreementOf(PredictionsOf(unit), PredictionsOf(*exact), exact->backend);
    } catch (const WriteError&) {
      throw;
    } catch (const Error& error) {
      context_.AddWarning("agreement of " + unit.Name() + ": " + error.what());
    }
    // A few images say little of a promise: `merge` looks at those of all parts.
    const std::string remark =
        !context_.part.IsWhole()
            ? ""
            : BrokenPromise(agreement, context_.backends.at(unit.backend).info.numerics,
                            /*in_float=*/unit.recipe.IsFloat());
    if (!remark.empty()) context_.AddWarning("evaluate " + unit.Name() + ": " + remark);
    for (size_t i = 0; i < context_.cases.size(); ++i) {
      if (!(UnitOf(context_.cases[i].key) == unit)) continue;
      context_.results.rows[i].agreement = agreement;
      AddRemark(context_.results.rows[i].detail, remark);
    }
  }
}

// Quantisation may leave nothing of a network; in its float form, or as its file has it, that is
// hardly ever true.
bool PredictionsStage::CanBeDoubted(const EvaluationUnit& unit) const {
  const bool has_float = std::ranges::any_of(
      CasesOf(network_, context_.cases), [](const Case& one) { return one.key.recipe.IsFloat(); });
  return !has_float || unit.recipe.IsFloat() || unit.recipe.IsGiven();
}

// A float network that misses its known accuracy makes every other figure meaningless. The first
// backend that has an accuracy is asked. That of a part says little: `merge` compares.
void PredictionsStage::CheckExpectation() {
  for (const std::string& backend : BackendsOf(CasesOf(network_, context_.cases))) {
    const Outcome& outcome =
        OutcomeOf({.backend = backend, .recipe = Recipe(), .network = network_.id});
    const auto* accuracy = std::get_if<Evaluation>(&outcome);
    if (accuracy == nullptr) continue;
    if (context_.part.IsWhole()) RequireExpected(*network_.expect, backend, *accuracy);
    return;
  }
  context_.AddWarning("expect: fp32 runs on no backend, so there is nothing to compare with");
}

// Those of a part say the same on stderr, and not in its results: merged ones are those of a whole.
void PredictionsStage::DoubtInputs() {
  const std::string doubt = DoubtOfInputs(*crops_.evaluation()->crops, network_.preprocess);
  if (doubt.empty()) return;
  context_.part.IsWhole() ? context_.AddWarning(doubt) : Warn(doubt);
}

// A few images say little of a technique: `merge` looks at those of all parts.
void PredictionsStage::DoubtRows() {
  if (!context_.part.IsWhole()) return;
  std::vector<std::string> techniques;
  for (const Case& one : context_.cases)
    techniques.push_back(one.key.network == network_.id ? ToString(one.key.recipe.GraphTechniques())
                                                        : std::string(kNoTechnique));
  std::vector<Row>& rows = context_.results.rows;
  for (const size_t i : DoubtTechniques(techniques, rows))
    context_.AddWarning("evaluate " + UnitOf(context_.cases[i].key).Name() + ": " + rows[i].doubt);
}

}  // namespace quantbench
