// SPDX-License-Identifier: Apache-2.0
// A scenario of nothing but overrides, whose other keys don't matter.
#include "library/options.h"

#include <optional>
#include <utility>
#include <vector>

#include "dataset/crop_geometry.h"
#include "model/import.h"
#include "scenario/document.h"
#include "scenario/matrix.h"
#include "scenario/parse.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr char kRecipeLabel[] = "the recipe";

Override Of(const std::string& path, std::string value, std::string label) {
  return {.path = path, .value = std::move(value), .label = std::move(label)};
}

// What every scenario has to say.
std::vector<Override> Required(const std::string& model) {
  const std::string label = "the library's defaults";
  return {Of("version", "1", label), Of("name", "library", label), Of("model.file", model, label),
          Of("dataset.root", ".", label), Of("dataset.calibration.images", "1", label)};
}

// A network that takes one size of images gets that size, cut from as much more as is usual.
std::string PreprocessOfFile(const std::filesystem::path& model) {
  const auto fixed = FixedInputSize(model);
  if (!fixed) return {};
  const auto [height, width] = *fixed;
  return "{crop: [" + std::to_string(height) + ", " + std::to_string(width) +
         "], resize: " + std::to_string(UsualResize({height, width})) + "}";
}

// Whatever else stands there, an override of a key in it would replace.
void RequireMapping(const std::string& text) {
  const yaml::Source source{.label = kRecipeLabel, .text = text, .command_line = true};
  yaml::Mistakes mistakes;  // told when it is read
  const std::optional<yaml::Node> node = yaml::ParseYaml(source, mistakes);
  if (!node || node->kind == yaml::Node::Kind::kMapping || node->kind == yaml::Node::Kind::kNothing)
    return;
  throw Error(std::string(kRecipeLabel) +
              ": expected keys of a scenario's matrix with their values, 'granularity: "
              "per_tensor' for instance; found " +
              yaml::Describe(*node));
}

}  // namespace

ModelAndImages ReadImportOptions(const std::filesystem::path& model, const ImportOptions& options) {
  // Only its kind is read here: any path is good, whatever YAML would make of it.
  std::vector<Override> keys = Required(IsOnnxFile(model) ? "model.onnx" : "model.pth");
  keys.push_back(Of("matrix", "{backend: reference, precision: fp32}", "the library's defaults"));
  const auto add = [&](const char* path, const std::string& value, const char* label) {
    if (!value.empty()) keys.push_back(Of(path, value, label));
  };
  add("model.architecture", options.architecture, "ImportOptions::architecture");
  add("model.padding", options.padding, "ImportOptions::padding");
  add("model.activation", options.activation, "ImportOptions::activation");
  add("dataset.preprocess",
      options.preprocess.empty() ? PreprocessOfFile(model) : options.preprocess,
      "ImportOptions::preprocess");
  Network network = MakeScenario(keys).networks.front();
  network.model.file = model;
  return {.model = std::move(network.model), .preprocess = network.preprocess};
}

Recipe ReadRecipe(const std::string& text) {
  RequireMapping(text);
  std::vector<Override> keys = Required("model.onnx");
  if (!text.empty()) keys.push_back(Of("matrix", text, kRecipeLabel));
  keys.push_back(Of("matrix.backend", "reference", "the library's defaults"));
  std::vector<Recipe> recipes = RecipesOf(ExpandMatrix(MakeScenario(keys).matrix));
  std::erase_if(recipes, [](const Recipe& recipe) { return recipe.IsFloat(); });
  if (recipes.empty())
    throw Error("the recipe is fp32 alone: there is nothing to quantise; expected precision: int8");
  if (recipes.size() > 1)
    throw Error("the recipe means " + std::to_string(recipes.size()) + " models, " +
                recipes[0].Name() + " and " + recipes[1].Name() +
                " among them; give one value for each key");
  return std::move(recipes.front());
}

}  // namespace quantbench
