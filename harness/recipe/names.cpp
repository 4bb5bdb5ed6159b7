// SPDX-License-Identifier: Apache-2.0
// Three ways to say the same: walks of the table of dimensions.
#include "recipe/names.h"

#include <utility>

#include "support/hash.h"

namespace quantbench {
namespace {

// Adds a part to a name, unless it says nothing.
void Add(const DimensionTraits& traits, std::string_view before, std::string_view text,
         char separator, std::string& name) {
  if (text.empty() || text == traits.unsaid) return;
  if (!name.empty()) name += separator;
  name.append(before).append(text);
}

// A qconfig's name stands for what it sets.
bool IsSaidByQConfig(const DimensionTraits& traits, const CaseTexts& texts) {
  return traits.set_by_qconfig && !texts.qconfig.empty();
}

}  // namespace

CaseTexts TextsOf(const CaseKey& key) {
  CaseTexts texts;
  SetColumns(key, texts);
  return texts;
}

std::string CaseId(const CaseKey& key) {
  const CaseTexts texts = TextsOf(key);
  std::string id;
  ForEachDimension([&](const auto& dimension) {
    const DimensionTraits& traits = dimension.traits;
    if (!IsSaidByQConfig(traits, texts)) Add(traits, traits.before, dimension.of(texts), '/', id);
  });
  return id;
}

namespace {

// Names of layers may hold what no file's name should: it is replaced, and told apart by a hash.
std::string AsFileName(std::string name) {
  const std::string whole = name;
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("_.+-=,").find(c) != std::string_view::npos;
    if (!plain) c = '_';
  }
  constexpr size_t kLongest = 150;
  if (name == whole && name.size() <= kLongest) return name;
  return name.substr(0, kLongest) + "-" + Hasher().Add(whole).Hex().substr(0, 8);
}

}  // namespace

std::string Recipe::Name() const {
  const CaseTexts texts = TextsOf(CaseKey{.recipe = *this});
  std::string name;
  ForEachDimension([&](const auto& dimension) {
    const DimensionTraits& traits = dimension.traits;
    if (IsOfRecipe(dimension) && traits.decides_model)
      Add(traits, traits.before, dimension.of(texts), '-', name);
  });
  return AsFileName(std::move(name));
}

std::string RecipeLabel(const CaseTexts& texts) {
  std::string label;
  ForEachDimension([&](const auto& dimension) {
    const DimensionTraits& traits = dimension.traits;
    const std::string& text = dimension.of(texts);
    const bool tells_model = IsOfRecipe(dimension) || dimension.key == "network";
    if (tells_model && text != traits.unsaid_in_label && !IsSaidByQConfig(traits, texts))
      Add(traits, traits.before_in_label, text, ' ', label);
  });
  return label;
}

std::string BackendLabel(const std::string& backend, const std::string& isa) {
  const std::string promised = backend.substr(backend.rfind('_') + 1);
  if (isa.empty() || isa == "generic" || isa.find(promised) != std::string::npos) return backend;
  return backend + " (" + isa + ")";
}

std::string CaseLabel(const CaseTexts& texts) {
  return texts.backend + " " + RecipeLabel(texts) + ", batch " + texts.batch_size + ", " +
         texts.threads + (texts.threads == "1" ? " thread" : " threads");
}

}  // namespace quantbench
