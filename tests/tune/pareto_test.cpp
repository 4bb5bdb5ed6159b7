// SPDX-License-Identifier: Apache-2.0
// Which models are dominated, and in which order the others come.
#include "tune/pareto.h"

#include <doctest/doctest.h>

namespace quantbench {
namespace {

TunedModel Model(int64_t correct, std::optional<double> ms, std::optional<int64_t> bytes) {
  TunedModel model{.case_id = {}, .recipe = {}, .origin = "search", .detail = {}};
  model.top1_correct = correct;
  model.latency_ms_median = ms;
  model.model_bytes = bytes;
  model.within = true;
  return model;
}

TEST_CASE("dominated: worse in something, better in nothing, beyond what noise makes") {
  struct Case {
    std::string reason;
    TunedModel other, model;
    bool dominated;
  };
  for (const auto& [reason, other, model, dominated] :
       {Case{"worse in all", Model(90, 1, 100), Model(89, 2, 200), true},
        Case{"the same", Model(90, 1, 100), Model(90, 1, 100), false},
        Case{"a trade", Model(90, 2, 100), Model(89, 1, 100), false},
        Case{"slower within noise", Model(90, 1, 100), Model(90, 1.02, 100), false},
        Case{"less accurate, as fast within noise", Model(90, 1.02, 100), Model(89, 1, 100), true},
        Case{"never timed", Model(90, {}, 100), Model(90, {}, 200), true},
        Case{"nothing known of the other", Model(90, 1, {}), Model(90, {}, 100), false}}) {
    CAPTURE(reason);
    std::vector<TunedModel> models{other, model};
    MarkDominated(models);
    CHECK_FALSE(models[0].dominated);
    CHECK(models[1].dominated == dominated);
  }
}

TEST_CASE("what failed dominates nothing") {
  std::vector<TunedModel> models{Model(90, 1, 100), Model(80, 2, 200)};
  models[0].status = Status::kCrashed;
  MarkDominated(models);
  CHECK_FALSE(models[1].dominated);
}

TEST_CASE("cheaper: by the objective, beyond noise") {
  const TunedModel model = Model(90, 1, 100);
  CHECK(IsCheaper(Model(1, 0.9, 200), model, "latency"));
  CHECK_FALSE(IsCheaper(Model(1, 0.98, 50), model, "latency"));
  CHECK(IsCheaper(Model(1, 2, 98), model, "size"));
  CHECK_FALSE(IsCheaper(Model(1, 0.5, {}), model, "size"));
}

TEST_CASE("the fastest first; among the equally fast the most accurate, then the first") {
  std::vector<TunedModel> models{Model(80, 1.01, 300), Model(85, 1.00, 200), Model(85, 1.02, 100),
                                 Model(99, 2.00, 50), Model(70, 0.50, 400)};
  CHECK(ByPreference(models, Objective::kLatency) == std::vector<size_t>{4, 1, 2, 0, 3});
  CHECK(ByPreference(models, Objective::kSize) == std::vector<size_t>{3, 2, 1, 0, 4});
  models[4].within = models[1].within = false;
  CHECK(ByPreference(models, Objective::kLatency) == std::vector<size_t>{2, 0, 3});
}

}  // namespace
}  // namespace quantbench
