// SPDX-License-Identifier: Apache-2.0
// The product of the matrix's dimensions, minus exclude, plus include.
#include "scenario/matrix.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "recipe/names.h"
#include "support/error.h"

namespace quantbench {
namespace {

bool Matches(const CasePattern& pattern, const CaseKey& key) {
  bool matches = true;
  ForEachDimension([&](const auto& dimension) {
    const auto& wanted = dimension.of(pattern);
    const auto* const value = Find(dimension, key);
    matches = matches && (!wanted || (value != nullptr && *wanted == *value));
  });
  return matches;
}

void Apply(const CasePattern& step, Choice& choice) {
  ForEachDimension([&](const auto& dimension) {
    if (dimension.of(step)) dimension.of(choice) = *dimension.of(step);
  });
}

// Each choice once for each value.
template <typename Values, typename Set>
std::vector<Choice> Multiplied(const std::vector<Choice>& choices, const Values& values, Set set) {
  std::vector<Choice> longer;
  for (const Choice& choice : choices) {
    for (const auto& value : values) {
      longer.push_back(choice);
      set(value, longer.back());
    }
  }
  return longer;
}

// All combinations, the first dimension outermost; a zip group stands where its first dimension
// does.
std::vector<Choice> Product(const Matrix& matrix) {
  std::vector<Choice> choices(1);
  std::set<const std::vector<CasePattern>*> done;
  ForEachDimension([&](const auto& dimension) {
    const auto group = std::find_if(matrix.zip.begin(), matrix.zip.end(),
                                    [&](const std::vector<CasePattern>& steps) {
                                      return dimension.of(steps.front()).has_value();
                                    });
    if (group == matrix.zip.end()) {
      choices = Multiplied(choices, dimension.of(matrix), [&](const auto& value, Choice& choice) {
        dimension.of(choice) = value;
      });
    } else if (done.insert(&*group).second) {
      choices = Multiplied(choices, *group, Apply);
    }
  });
  return choices;
}

// The pattern's values, the rest from the defaults or the first values of the matrix. A pattern
// that leaves the precision open and names what only int8 has means int8; one that names what a
// qconfig sets means no qconfig, unless it names that.
Choice Completed(const CasePattern& pattern, const Matrix& matrix) {
  Choice choice;
  bool names_int8 = false, names_set_by_qconfig = false;
  ForEachDimension([&](const auto& dimension) {
    const auto& wanted = dimension.of(pattern);
    const auto& standard = dimension.of(matrix.defaults);
    const auto& list = dimension.of(matrix);
    if (!wanted && !standard && list.empty()) {
      const std::string key(dimension.key);
      throw Error("include leaves " + key + " open, and matrix." + key + " is empty");
    }
    dimension.of(choice) = wanted ? *wanted : standard ? *standard : list.front();
    if (!wanted) return;
    names_int8 = names_int8 || IsOfRecipe(dimension);
    names_set_by_qconfig = names_set_by_qconfig || dimension.traits.set_by_qconfig;
  });
  if (names_set_by_qconfig && !pattern.qconfig) choice.qconfig = QConfig::kNone;
  if (names_int8 && !pattern.precision) choice.precision = Precision::kInt8;
  return choice;
}

}  // namespace

std::vector<Case> ExpandMatrix(const Matrix& matrix) {
  std::vector<Case> cases;
  std::set<std::string> seen;
  const auto append = [&](const CaseKey& key) {
    Case added{.id = CaseId(key), .key = key};
    if (seen.insert(added.id).second) cases.push_back(std::move(added));
  };
  for (const Choice& choice : Product(matrix)) {
    const CaseKey key = CaseOf(choice);
    const bool excluded =
        std::any_of(matrix.exclude.begin(), matrix.exclude.end(),
                    [&](const CasePattern& pattern) { return Matches(pattern, key); });
    if (!excluded) append(key);
  }
  for (const CasePattern& pattern : matrix.include) append(CaseOf(Completed(pattern, matrix)));
  if (cases.empty()) {
    throw Error("exclude leaves no case of the matrix; remove an entry, or include a case");
  }
  return cases;
}

std::vector<Case> CasesOf(const Network& network, const std::vector<Case>& cases) {
  std::vector<Case> own;
  std::ranges::copy_if(cases, std::back_inserter(own),
                       [&](const Case& one) { return one.key.network == network.id; });
  return own;
}

std::vector<Recipe> RecipesToBuild(const Network& network, const std::vector<Case>& cases) {
  std::vector<Recipe> recipes = RecipesOf(cases);
  const bool has_float = std::ranges::find(recipes, Recipe(FloatRecipe{})) != recipes.end();
  if (network.expect && !has_float) recipes.insert(recipes.begin(), FloatRecipe{});
  return recipes;
}

std::vector<Case> Filtered(std::vector<Case> cases, const CaseFilter& filter) {
  const auto require_match = [&](const std::string& option, const std::string& glob) {
    const bool matches = std::any_of(cases.begin(), cases.end(),
                                     [&](const Case& one) { return MatchesGlob(glob, one.id); });
    if (matches) return;
    throw Error(option + " '" + glob + "' matches no case; `quantbench plan` lists them");
  };
  const auto any_matches = [](const std::vector<std::string>& globs, const Case& one) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return MatchesGlob(glob, one.id); });
  };
  for (const std::string& glob : filter.only) require_match("--only", glob);
  for (const std::string& glob : filter.skip) require_match("--skip", glob);
  std::erase_if(cases, [&](const Case& one) {
    return (!filter.only.empty() && !any_matches(filter.only, one)) ||
           any_matches(filter.skip, one);
  });
  if (cases.empty()) throw Error("--only and --skip leave no case; `quantbench plan` lists them");
  return cases;
}

}  // namespace quantbench
