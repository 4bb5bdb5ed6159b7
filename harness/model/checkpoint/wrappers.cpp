// SPDX-License-Identifier: Apache-2.0
// The keys and prefixes that training scripts wrap state dicts in.
#include "model/checkpoint/wrappers.h"

#include <algorithm>
#include <array>
#include <set>

#include "model/checkpoint/tensor_pickle.h"
#include "support/error.h"

namespace quantbench {
namespace {

using pickle::Dict;
using pickle::Document;
using pickle::Ref;

// In order of preference: an average of weights is what its training evaluates.
constexpr std::array<std::string_view, 13> kWrappers{
    "model_ema",  "state_dict_ema",   "ema_state_dict", "ema",
    "state_dict", "model_state_dict", "model",          "net",
    "network",    "weights",          "params",         "module",
    "backbone"};
constexpr int kMaxDepth = 4;

const std::string* TextOf(const Document& document, Ref ref) {
  return document.As<std::string>(ref);
}

class Search {
 public:
  explicit Search(const Document& document) : document_(document) {}

  // The state dict inside `ref` by its wrappers' names; dict is nullptr where there is none.
  FoundDict Find(Ref ref, int depth) {
    const auto* const dict = document_.As<Dict>(ref);
    // Each dict is looked at once: a hostile file may have a million keys for the same one.
    if (dict == nullptr || depth > kMaxDepth || !visited_.insert(ref).second) return {};
    for (const std::string_view wrapper : kWrappers) {
      for (const auto& [key, value] : dict->items) {
        const std::string* const text = TextOf(document_, key);
        if (text == nullptr || *text != wrapper) continue;
        FoundDict found = Find(value, depth + 1);
        if (found.dict == nullptr) continue;
        found.place = *text + (found.place.empty() ? "" : "." + found.place);
        return found;
      }
    }
    if (HoldsWeights(*dict) || (depth > 0 && HoldsTensors(*dict))) return {.dict = dict};
    return {};
  }

  // Any other keys of the object under which lie weights.
  std::vector<FoundDict> Others(const Dict& top) {
    std::vector<FoundDict> others;
    std::set<Ref> seen;
    for (const auto& [key, value] : top.items) {
      const auto* const dict = document_.As<Dict>(value);
      const std::string* const text = TextOf(document_, key);
      if (dict != nullptr && text != nullptr && seen.insert(value).second && HoldsWeights(*dict))
        others.push_back({.dict = dict, .place = *text});
    }
    return others;
  }

  bool HoldsTensors(const Dict& dict) const {
    return std::ranges::any_of(
        dict.items, [&](const auto& item) { return IsTensor(document_.at(item.second)); });
  }

 private:
  // An optimiser's state holds tensors too, but none that is called weight or bias.
  bool HoldsWeights(const Dict& dict) const {
    return std::ranges::any_of(dict.items, [&](const auto& item) {
      const std::string* const name = TextOf(document_, item.first);
      return name != nullptr && (name->ends_with("weight") || name->ends_with("bias")) &&
             IsTensor(document_.at(item.second));
    });
  }

  const Document& document_;
  std::set<Ref> visited_;
};

std::string List(const std::vector<std::string>& keys) {
  constexpr size_t kMaxListed = 10;
  std::string list;
  for (size_t i = 0; i < std::min(keys.size(), kMaxListed); ++i)
    list += (i == 0 ? "" : ", ") + pickle::Quote(keys[i]);
  return list.empty() ? "none" : list;
}

std::string KeysOf(const Document& document, const Dict& dict) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < std::min<size_t>(dict.items.size(), 10); ++i) {
    const std::string* const text = TextOf(document, dict.items[i].first);
    keys.push_back(text != nullptr ? *text : Describe(document.at(dict.items[i].first)));
  }
  return List(keys);
}

}  // namespace

FoundDict FindStateDict(const Document& document) {
  const auto* const top = document.As<Dict>(document.root);
  if (top == nullptr)
    throw Error("it holds " + Describe(document.at(document.root)) +
                ", not a state dict; where you trust the file, load it in PyTorch and save the "
                "weights alone: torch.save(model.state_dict(), 'weights.pth')");
  Search search(document);
  if (FoundDict found = search.Find(document.root, 0); found.dict != nullptr) return found;
  const std::vector<FoundDict> others = search.Others(*top);
  if (others.size() == 1) return others[0];
  if (others.size() > 1) {
    std::vector<std::string> keys;
    for (const FoundDict& other : others) keys.push_back(other.place);
    throw Error("it holds weights under several keys (" + List(keys) +
                "); save the ones that you mean alone, or call their key 'state_dict'");
  }
  if (search.HoldsTensors(*top)) return {.dict = top};
  throw Error("it is a dict without tensors (keys: " + KeysOf(document, *top) +
              "); expected a state dict, by itself or under 'state_dict' or 'model'");
}

bool IsExtra(std::string_view name) {
  constexpr std::array<std::string_view, 7> kParts{
      "n_averaged",     "weight_fake_quant", "fake_quant_enabled", "observer_enabled",
      "act_fake_quant", "total_ops",         "total_params"};
  while (true) {
    const size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    if (std::ranges::find(kParts, part) != kParts.end() ||
        part.starts_with("activation_post_process"))
      return true;
    if (dot == std::string_view::npos) return false;
    name.remove_prefix(dot + 1);
  }
}

std::string CommonPrefix(const std::vector<std::string_view>& names) {
  if (names.empty()) return "";
  const auto [first, last] = std::ranges::minmax(names);
  const auto differs = std::ranges::mismatch(first, last);
  std::string_view shared(first.begin(), differs.in1);
  // What is left of each must have a layer and a parameter.
  for (const std::string_view name : names) {
    const size_t parameter = name.rfind('.');
    const size_t layer = parameter == std::string_view::npos || parameter == 0
                             ? std::string_view::npos
                             : name.rfind('.', parameter - 1);
    shared = shared.substr(0, layer == std::string_view::npos ? 0 : layer + 1);
  }
  const size_t dot = shared.rfind('.');
  return std::string(shared.substr(0, dot == std::string_view::npos ? 0 : dot + 1));
}

}  // namespace quantbench
