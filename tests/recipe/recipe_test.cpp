// SPDX-License-Identifier: Apache-2.0
// What choices come to, and which recipes are the same model.
#include "recipe/recipe.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "recipe/case.h"

namespace quantbench {
namespace {

std::string KeyOf(const Recipe& recipe) {
  Hasher hasher;
  recipe.AddTo(hasher);
  return hasher.Hex();
}

Choice Int8(Quantization quantization, QConfig qconfig = QConfig::kNone) {
  return {.precision = Precision::kInt8,
          .quantization = quantization,
          .qconfig = qconfig,
          .observer = {.name = "mse"},
          .granularity = Granularity::kPerTensor};
}

Choice Repaired(Quantization quantization) {
  Choice choice = Int8(quantization);
  choice.techniques = {Technique::kCle, Technique::kBiasCorrection};
  return choice;
}

}  // namespace

TEST_CASE("a choice comes to what its kind of recipe has") {
  Choice fp32 = Int8(Quantization::kDynamic, QConfig::kX86);
  fp32.precision = Precision::kFp32;
  Choice repaired_fp32 = Repaired(Quantization::kStatic);
  repaired_fp32.precision = Precision::kFp32;
  const struct {
    const char* reason;
    Choice choice;
    std::string name;
  } cases[] = {
      {"fp32 has nothing else", fp32, "fp32"},
      {"static has all", Int8(Quantization::kStatic), "int8-static-mse-per_tensor"},
      {"dynamic calibrates nothing", Int8(Quantization::kDynamic), "int8-dynamic-per_tensor"},
      {"given is quantised already", Int8(Quantization::kGiven), "int8-given"},
      {"a qconfig wins over the parts", Int8(Quantization::kStatic, QConfig::kFbgemm),
       "int8-static-histogram+reduce_range-per_channel"},
      {"also where an observer means nothing", Int8(Quantization::kDynamic, QConfig::kOnednn),
       "int8-dynamic-per_channel"},
      {"techniques beside all", Repaired(Quantization::kStatic),
       "int8-static-mse-per_tensor-cle+bias_correction"},
      {"of techniques dynamic has those of the float network", Repaired(Quantization::kDynamic),
       "int8-dynamic-per_tensor-cle"},
      {"and so has fp32", repaired_fp32, "fp32-cle"},
      {"a given model has none", Repaired(Quantization::kGiven), "int8-given"},
      {"also in a given model", Int8(Quantization::kGiven, QConfig::kOnednn), "int8-given"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(Recipe(one.choice).Name() == one.name);
  }
}

TEST_CASE("recipes are equal, and have one key, where the model is the same") {
  const Choice histogram{.precision = Precision::kInt8,
                         .quantization = Quantization::kStatic,
                         .observer = {.name = "histogram"},
                         .granularity = Granularity::kPerChannel};
  const Recipe by_parts(histogram);
  const Recipe by_qconfig(Int8(Quantization::kStatic, QConfig::kOnednn));
  CHECK(by_parts == by_qconfig);
  CHECK(KeyOf(by_parts) == KeyOf(by_qconfig));
  CHECK(by_qconfig.AsStatic()->qconfig == QConfig::kOnednn);

  Choice more_bins = histogram;
  more_bins.observer.bins = 4096;
  Choice per_tensor = histogram;
  per_tensor.granularity = Granularity::kPerTensor;
  const std::set<Recipe> all{by_parts,          by_qconfig,
                             Recipe(more_bins), Recipe(per_tensor),
                             DynamicRecipe{},   DynamicRecipe{Granularity::kPerTensor},
                             GivenRecipe{},     FloatRecipe{}};
  std::set<std::string> keys;
  for (const Recipe& recipe : all) keys.insert(KeyOf(recipe));
  CHECK(all.size() == 7);
  CHECK(keys.size() == all.size());
}

TEST_CASE("float comes first, and what is calibrated names its observers once") {
  const auto one_case = [](const Recipe& recipe, int threads) {
    return Case{.id = "", .key = {.backend = "r", .recipe = recipe, .threads = threads}};
  };
  const Recipe mse(Int8(Quantization::kStatic));
  const std::vector<Recipe> recipes =
      RecipesOf({one_case(DynamicRecipe{}, 1), one_case(mse, 1), one_case(FloatRecipe{}, 1),
                 one_case(mse, 2), one_case(Recipe(Int8(Quantization::kStatic)), 1)});
  CHECK(recipes == std::vector<Recipe>{FloatRecipe{}, DynamicRecipe{}, mse});
  CHECK(NeedCalibration(recipes));
  CHECK_FALSE(NeedCalibration({FloatRecipe{}, DynamicRecipe{}, GivenRecipe{}}));
  CHECK(ObserversOf({mse, mse, FloatRecipe{}}) == std::vector<ObserverSpec>{{.name = "mse"}});
}

}  // namespace quantbench
