// SPDX-License-Identifier: Apache-2.0
// Asks the stages, in the run's order.
#include "run/plan.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "run/start.h"
#include "stage/stages.h"
#include "support/error.h"

namespace quantbench {
namespace {

void AddCases(const RunContext& context, Plan& plan) {
  for (const Case& one : context.cases) {
    const auto chosen = context.backends.find(one.key.backend);
    plan.cases.push_back(
        {.one = one, .isa = chosen == context.backends.end() ? "" : chosen->second.isa});
    const std::string why_not = context.WhyUnsupported(one.key.backend, one.key.recipe);
    if (!why_not.empty() && std::ranges::find(plan.unsupported, why_not) == plan.unsupported.end())
      plan.unsupported.push_back(why_not);
  }
}

using SubsetOfRun = std::optional<CropsStage::Subset>;

// Networks that see images in other sizes have them decoded once more.
std::optional<PlannedImages> ImagesOf(const Stages& stages,
                                      const SubsetOfRun& (CropsStage::*of)() const) {
  std::optional<PlannedImages> planned;
  std::set<const CropsStage*> seen;
  for (const auto& one : stages.networks()) {
    const SubsetOfRun& subset = (one->crops.*of)();
    if (!subset || !seen.insert(&one->crops).second) continue;
    const auto images = static_cast<int64_t>(subset->request.index.images.size());
    if (!planned) planned = PlannedImages{.images = images};
    planned->to_decode += subset->cached ? 0 : images;
  }
  return planned;
}

// What a journal finished counts where the run would go on with it.
void ReadJournalOfRun(const RunContext& context, const Stages& stages, Plan& plan) {
  const JournalContent content = ReadJournal(context.out, stages.Identity());
  for (Stage* const stage : stages) stage->Recall(content.entries);
  const std::string journal = (context.out / "journal.jsonl").string();
  if (content.good_bytes > 0) plan.journal = "goes on with the unfinished run of " + journal;
  if (!content.damage.empty()) plan.journal += ", as far as it is whole: " + content.damage;
  if (!content.why_not.empty())
    plan.journal = "begins anew: " + journal + " isn't continued, since " + content.why_not;
}

void AskStages(RunContext& context, Plan& plan) {
  Stages stages(context);
  const bool backends_are_there = plan.problems.empty();
  bool keys_are_known = true;
  try {
    stages.Key();
  } catch (const Error& error) {
    plan.problems.emplace_back(error.what());
    keys_are_known = false;
  }
  if (keys_are_known) {
    plan.calibration = ImagesOf(stages, &CropsStage::calibration);
    plan.evaluation = ImagesOf(stages, &CropsStage::evaluation);
    if (!context.part.IsWhole()) {
      plan.part = ToString(context.part) + ": " + ToString(stages.crops().range()) + " of " +
                  std::to_string(stages.crops().ImagesOfRun().images.size()) +
                  (context.Measures() ? ", latency" : "");
    }
    if (backends_are_there) ReadJournalOfRun(context, stages, plan);
  }
  for (Stage* const stage : stages) {
    const std::string name(stage->name());
    for (PlannedCase& planned : plan.cases) {
      const bool known = keys_are_known || !stage->NeedsKeys();
      planned.stages.push_back({name, known ? stage->StateOf(planned.one) : CaseState{}});
    }
    if (!keys_are_known) continue;
    for (Work& work : stage->WorkLeft()) plan.work.push_back(std::move(work));
  }
}

}  // namespace

double Plan::KnownSeconds() const {
  return std::accumulate(work.begin(), work.end(), 0.0,
                         [](double sum, const Work& one) { return sum + one.seconds.value_or(0); });
}

bool Plan::AllSecondsAreKnown() const {
  return std::all_of(work.begin(), work.end(),
                     [](const Work& one) { return one.seconds && !one.nominal; });
}

Plan ListCases(const Scenario& scenario, const RunOptions& options) {
  Plan plan;
  RunContext context = ContextOf(scenario, options, Store::Access::kLook);
  FindCases(context, options, plan.problems);
  AddCases(context, plan);
  return plan;
}

Plan PlanScenario(const Scenario& scenario, const RunOptions& options) {
  Plan plan;
  RunContext context = ContextOf(scenario, options, Store::Access::kLook);
  FindCases(context, options, plan.problems);
  AddCases(context, plan);
  AskStages(context, plan);
  return plan;
}

}  // namespace quantbench
