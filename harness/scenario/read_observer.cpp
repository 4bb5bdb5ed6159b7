// SPDX-License-Identifier: Apache-2.0
// An observer with its options.
#include "recipe/observer_spec.h"
#include "scenario/sections.h"
#include "support/error.h"

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

}  // namespace quantbench::yaml
