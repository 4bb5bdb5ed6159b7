// SPDX-License-Identifier: Apache-2.0
// Which recipes a scenario's cases give to tune among.
#include "tune/space.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "recipe/names.h"
#include "support/contains.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::ErrorOf;

StaticRecipe Static(Techniques techniques = {}, Granularity granularity = Granularity::kPerTensor) {
  StaticRecipe recipe;
  recipe.techniques = techniques;
  recipe.granularity = granularity;
  return recipe;
}

Plan PlanOf(const std::vector<CaseKey>& keys) {
  Plan plan;
  for (const CaseKey& key : keys) plan.cases.push_back({.one = {CaseId(key), key}, .isa = "plain"});
  return plan;
}

std::vector<std::string> NamesOf(const Space& space) {
  std::vector<std::string> names;
  for (const Recipe& recipe : space.recipes) names.push_back(recipe.Name());
  return names;
}

TEST_CASE("of a single recipe every set of techniques is tried, the dearest last") {
  const Space space = SpaceOf(PlanOf({{"fast", Recipe(), 4, 2}, {"fast", Static(), 4, 2}}));
  CHECK(space.backend == "fast");
  CHECK(space.batch_size == 4);
  CHECK(space.threads == 2);
  const std::vector<std::string> names = NamesOf(space);
  for (const char* const name :
       {"int8-static-minmax-per_tensor", "int8-static-minmax-per_tensor-cle",
        "int8-static-minmax-per_tensor-bias_correction",
        "int8-static-minmax-per_tensor-cle+bias_correction"})
    CHECK(std::ranges::count(names, name) == 1);
  // Never two that both set the same weights right.
  for (const Recipe& recipe : space.recipes) {
    int on_integers = 0;
    for (size_t i = 0; i < std::size(kTechniqueNames); ++i) {
      const auto technique = static_cast<Technique>(i);
      on_integers += !IsOfFloatGraph(technique) && recipe.AsStatic()->techniques.Has(technique);
    }
    CHECK(on_integers <= 1);
  }
}

TEST_CASE("a dynamic recipe has no calibration images: techniques of the float network alone") {
  const Space space = SpaceOf(PlanOf({{"fast", DynamicRecipe{}}}));
  CHECK(NamesOf(space) ==
        std::vector<std::string>{"int8-dynamic-per_channel", "int8-dynamic-per_channel-cle"});
}

TEST_CASE("several recipes are the space as they are, each once") {
  const Recipe cle = Static({Technique::kCle});
  const Space space =
      SpaceOf(PlanOf({{"fast", Static()}, {"fast", cle}, {"fast", Static(), 4}, {"fast", cle, 4}}));
  CHECK(space.recipes == std::vector<Recipe>{Static(), cle});
}

TEST_CASE("what nothing can be chosen among is refused") {
  struct Case {
    Plan plan;
    std::string message;
  };
  Plan missing;
  missing.problems = {"backend 'x' isn't there"};
  for (const auto& [plan, message] :
       {Case{PlanOf({{"fast", Recipe()}}), "no int8 case"},
        Case{PlanOf({{"a", Static()}, {"b", Static()}}), "--backend; there are a, b"},
        Case{PlanOf({{"fast", GivenRecipe{}}}), "quantised already"},
        Case{missing, "backend 'x' isn't there"}})
    CHECK_MESSAGE(Contains(ErrorOf([&plan = plan] { SpaceOf(plan); }), message), message);
}

TEST_CASE("cost and kind") {
  const Recipe plain = Static(), cle = Static({Technique::kCle}),
               corrected = Static({Technique::kBiasCorrection});
  CHECK(CostOf(plain) == CostOf(cle));
  CHECK(CostOf(corrected) > CostOf(plain));
  for (const Objective objective : {Objective::kLatency, Objective::kSize})
    CHECK(KindOf(plain, objective) == KindOf(corrected, objective));
  CHECK(KindOf(plain, Objective::kLatency) == KindOf(cle, Objective::kLatency));
  CHECK(KindOf(plain, Objective::kSize) != KindOf(cle, Objective::kSize));
  const auto kind = [](const Recipe& one) { return KindOf(one, Objective::kLatency); };
  CHECK(kind(plain) != kind(Static({}, Granularity::kPerChannel)));
  StaticRecipe few_bits = Static(), in_float = Static(), observed = Static();
  few_bits.weight_bits = 4;
  in_float.layers.choices = {{.names = "a", .in_float = true}};
  observed.observer.name = "histogram";
  CHECK(kind(plain) != kind(few_bits));
  CHECK(kind(plain) != kind(in_float));
  CHECK(kind(plain) == kind(observed));
}

}  // namespace
}  // namespace quantbench
