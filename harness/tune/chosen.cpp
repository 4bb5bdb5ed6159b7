// SPDX-License-Identifier: Apache-2.0
// A recipe as an entry of a matrix, and that in place of the scenario's own.
#include "tune/chosen.h"

#include <algorithm>

#include "scenario/merged.h"

namespace quantbench {
namespace {

// In double quotes, as YAML has them; a '$' stands for itself.
std::string QuotedYaml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '$') quoted += '$';
    quoted += c;
  }
  return quoted + '"';
}

std::string TextOfChoice(const LayerChoice& choice) {
  if (choice.in_float) return std::string(ToString(Precision::kFp32));
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value) {
    text.append(text.empty() ? "{" : ", ").append(key).append(": ").append(value);
  };
  if (choice.granularity) add("granularity", ToString(*choice.granularity));
  if (choice.weight_observer) add("weight_observer", ToString(*choice.weight_observer));
  if (choice.weight_bits) add("weight_bits", std::to_string(*choice.weight_bits));
  if (choice.activation_bits) add("activation_bits", std::to_string(*choice.activation_bits));
  return text + "}";
}

std::string YamlOf(const Layers& layers) {
  std::string text;
  for (const LayerChoice& choice : layers.choices) {
    text.append(text.empty() ? "{" : ", ").append(QuotedYaml(choice.names));
    text.append(": ").append(TextOfChoice(choice));
  }
  return text + "}";
}

std::string YamlOf(int value) { return std::to_string(value); }
template <class Value>
std::string YamlOf(const Value& value) {
  return QuotedYaml(TextOf(value));
}

// An entry of `include`. A qconfig stands for what it sets.
std::string EntryOf(const Recipe& recipe) {
  const StaticRecipe* const values = recipe.AsStatic();
  const bool has_qconfig = values != nullptr && values->qconfig != QConfig::kNone;
  std::string entry;
  ForEachDimension([&](const auto& dimension) {
    const auto* const value = Find(dimension, recipe);
    if (value == nullptr || (has_qconfig && dimension.traits.set_by_qconfig)) return;
    if (const std::string text = TextOf(*value); text.empty()) return;  // no qconfig, no layers
    entry.append(entry.empty() ? "{" : ", ").append(dimension.key).append(": ");
    entry.append(YamlOf(*value));
  });
  return entry + "}";
}

std::string BackendOf(const std::string& backend, const Scenario& scenario) {
  const auto configured = scenario.configured_backends.find(backend);
  const auto file = scenario.backend_files.find(backend);
  const bool has_options = configured != scenario.configured_backends.end();
  std::string text = "{name: " + QuotedYaml(has_options ? configured->second.plugin : backend);
  if (file != scenario.backend_files.end())
    text += ", file: " + QuotedYaml(std::filesystem::absolute(file->second).string());
  if (has_options) {
    std::string options;
    for (const ConfiguredBackend::Option& option : configured->second.options)
      options += (options.empty() ? "" : ", ") + option.name + ": " + QuotedYaml(option.value);
    text += ", options: {" + options + "}";
  }
  return text + "}";
}

}  // namespace

std::string ScenarioOfChosen(const Scenario& scenario, std::vector<Override> overrides,
                             const Space& space, const Recipe& recipe) {
  const std::string batch = std::to_string(space.batch_size),
                    threads = std::to_string(space.threads);
  overrides.push_back({.path = "name", .value = QuotedYaml(scenario.name + "-tuned")});
  overrides.push_back({.path = "dataset.evaluation.part", .value = "proof"});
  const std::string network =
      space.network.empty() ? "" : "network: [" + QuotedYaml(space.network) + "], ";
  overrides.push_back({.path = "matrix",
                       .value = "{" + network + "backend: [" + BackendOf(space.backend, scenario) +
                                "], precision: [fp32], batch_size: [" + batch + "], threads: [" +
                                threads + "], include: [" + EntryOf(recipe) + "]}"});
  return MergedScenario(scenario, overrides);
}

}  // namespace quantbench
