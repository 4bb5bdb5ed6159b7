// SPDX-License-Identifier: Apache-2.0
// Observers with their options, techniques that go together, and choices for layers.
#include "recipe/observer_spec.h"
#include "recipe/techniques.h"
#include "scenario/sections.h"
#include "support/error.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

// Runs `check`; what it throws is reported at the node.
template <typename Check>
bool Located(const Node& node, Reader& reader, Check check) {
  try {
    check();
    return true;
  } catch (const Error& error) {
    reader.Report(node, error.what());
    return false;
  }
}

// "name" and the observer's options; those of all observers where the name is mistaken, since then
// no option can be told from a mistake.
std::vector<std::string_view> KeysOf(std::span<const std::string_view> observers) {
  std::vector<std::string_view> keys{"name"};
  for (const std::string_view observer : observers) {
    for (const std::string_view option : OptionsOf(observer)) {
      if (std::find(keys.begin(), keys.end(), option) == keys.end()) keys.push_back(option);
    }
  }
  return keys;
}

bool ReadMapping(const Node* node, Reader& reader, ObserverSpec& value) {
  ObserverSpec spec;
  const int mistakes = reader.mistakes().count();
  const bool named = reader.ReadName(node->Find("name"), {.known = ObserverNames()}, spec.name);
  const std::string_view names[] = {spec.name};
  const std::vector<std::string_view> keys = KeysOf(named ? names : ObserverNames());
  const Mapping mapping(node, {.known = keys}, reader.mistakes());
  mapping.Require("name", "the name of an observer");
  if (!named) return false;
  for (const std::string_view option : OptionsOf(spec.name)) {
    const Node* const given = mapping.Find(option);
    std::string text;
    if (reader.ReadText(given, text)) {
      Located(*given, reader, [&] { SetOption(spec, option, text); });
    }
  }
  if (reader.mistakes().count() > mistakes) return false;
  if (!Located(*node, reader, [&] { CheckOptions(spec); })) return false;
  value = std::move(spec);
  return true;
}

}  // namespace

bool ReadObserver(const Node* node, Reader& reader, ObserverSpec& value) {
  if (node->kind == Node::Kind::kMapping) return ReadMapping(node, reader, value);
  std::string text;
  if (node->kind == Node::Kind::kText && node->text.find('+') != std::string::npos) {
    return reader.ReadText(node, text) &&
           Located(*node, reader, [&] { value = ParseObserverSpec(text); });
  }
  if (!reader.ReadName(node, {.known = ObserverNames()}, text)) return false;
  value = {.name = text};
  return true;
}

bool ReadTechniques(const Node* node, Reader& reader, Techniques& value) {
  std::string all;
  for (const Node* item : reader.Items(node)) {
    std::string text;
    if (!reader.ReadText(item, text)) return false;
    if (!Located(*item, reader, [&] { ParseTechniques(text); })) return false;
    all += (all.empty() ? "" : "+") + text;
  }
  return !all.empty() && Located(*node, reader, [&] { value = ParseTechniques(all); });
}

namespace {

template <NamedValue Value>
bool ReadChoice(const Node* node, Reader& reader, std::optional<Value>& value) {
  std::string name;
  if (node == nullptr) return true;
  if (!reader.ReadName(node, {.known = ChoicesOf<Value>()}, name)) return false;
  value = ValueNamed<Value>(name);
  return true;
}

void ReadActivationBits(const Node* node, Reader& reader, LayerChoice& choice) {
  int bits = 0;
  if (!reader.ReadInteger(node, {1, kMostActivationBits}, bits)) return;
  if (bits != kActivationBits && bits != kMostActivationBits) {
    return reader.Report(*node,
                         "single layers have 8 or 16 bits, not " + std::to_string(bits) +
                             "; fewer than 8 are for all layers: matrix: {activation_bits: ...}");
  }
  choice.activation_bits = bits;
}

bool ReadLayerChoice(const Node& node, Reader& reader, LayerChoice& choice) {
  constexpr std::string_view kKeys[] = {"granularity", "weight_observer", "weight_bits",
                                        "activation_bits"};
  constexpr std::string_view kFloat[] = {ToString(Precision::kFp32)};
  std::string name;
  if (node.kind != Node::Kind::kMapping) {
    choice.in_float = reader.ReadName(&node, {.known = kFloat}, name);
    return choice.in_float;
  }
  const int mistakes = reader.mistakes().count();
  const Mapping mapping(&node, {.known = kKeys}, reader.mistakes());
  ReadChoice(mapping.Find("granularity"), reader, choice.granularity);
  ReadChoice(mapping.Find("weight_observer"), reader, choice.weight_observer);
  int bits = 0;
  if (reader.ReadInteger(mapping.Find("weight_bits"), {kLeastWeightBits, kMostWeightBits}, bits))
    choice.weight_bits = bits;
  ReadActivationBits(mapping.Find("activation_bits"), reader, choice);
  if (node.entries.empty())
    reader.Report(node, "expected fp32 or at least one of " + Join(kKeys) + "; found none");
  return reader.mistakes().count() == mistakes;
}

}  // namespace

bool ReadLayers(const Node* node, Reader& reader, Layers& value) {
  if (node->kind != Node::Kind::kMapping) {
    reader.Report(*node,
                  "expected a mapping of layers' names, with * and ?, to fp32 or values of "
                  "the recipe, as in {\"features.0*\": fp32}; {} for none");
    return false;
  }
  Layers layers;
  bool good = true;
  for (const Entry& entry : node->entries) {
    layers.choices.push_back({.names = std::string(entry.key)});
    good = ReadLayerChoice(entry.value, reader, layers.choices.back()) && good;
  }
  if (good) value = std::move(layers);
  return good;
}

}  // namespace quantbench::yaml
