// SPDX-License-Identifier: Apache-2.0
// What the rows that have a dimension agree on isn't said.
#include "html/short_names.h"

namespace quantbench::html {

ShortNames::ShortNames(std::span<const Row> rows) {
  ForEachDimension([&](const auto& dimension) {
    std::set<std::string> texts;
    for (const Row& row : rows) {
      const CaseTexts of_row = TextsOf(row);
      texts.insert(dimension.of(of_row));
    }
    texts.erase("");
    if (texts.size() < 2 && dimension.key != "precision") same_.insert(dimension.key);
  });
}

CaseTexts ShortNames::Differing(const Row& row) const {
  CaseTexts texts = TextsOf(row);
  ForEachDimension([&](const auto& dimension) {
    if (same_.contains(dimension.key)) dimension.of(texts).clear();
  });
  return texts;
}

std::string ShortNames::Recipe(const Row& row) const { return RecipeLabel(Differing(row)); }

std::string ShortNames::Case(const Row& row) const {
  const CaseTexts texts = Differing(row);
  std::string name = texts.backend;
  name += (name.empty() ? "" : " ") + RecipeLabel(texts);
  if (!texts.batch_size.empty()) name += ", batch " + texts.batch_size;
  if (!texts.threads.empty())
    name += ", " + texts.threads + (texts.threads == "1" ? " thread" : " threads");
  return name;
}

}  // namespace quantbench::html
