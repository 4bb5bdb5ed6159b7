// SPDX-License-Identifier: Apache-2.0
// A run over no image, to begin with.
#include "run/ranged_run.h"

#include "part/part.h"
#include "run/measured.h"
#include "run/seeds.h"
#include "run/start.h"

namespace quantbench {
namespace {

RunOptions OfNoImage(RunOptions options) {
  options.part = {
      .number = 0, .count = 0, .latency_on = 0, .range = ImageRange{.begin = 0, .end = 0}};
  return options;
}

}  // namespace

RangedRun::RangedRun(const Scenario& scenario, const RunOptions& options,
                     const std::filesystem::path& models)
    : context_(ContextOf(scenario, OfNoImage(options), Store::Access::kUse)) {
  RequireOneSeed(scenario);
  context_.models = models;
  context_.saves_results = false;
  FindCases(context_, options);
  BeginResults(context_);
  stages_.emplace(context_);
  stages_->Key();
  DescribeMeasured(scenario, options.label, *stages_, context_.results);
  shape_ = ShapeOf(context_, *stages_);
}

void RangedRun::MakeModels() {
  TidyUp(context_);
  for (Stage* const stage : *stages_) stage->Check();
  for (Stage* const stage : *stages_) stage->Make();
  begun_ = context_.results;
  begun_.stages.clear();  // times of what a rank may do for others
}

std::filesystem::path RangedRun::Make(const ImageRange& range) {
  context_.results = begun_;
  context_.part.range = range;
  stages_->TakeRange();
  stages_->MakeRange();
  WritePartOf(context_, *stages_);
  return PartFolder(context_.out, range);
}

}  // namespace quantbench
