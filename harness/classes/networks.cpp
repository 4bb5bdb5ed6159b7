// SPDX-License-Identifier: Apache-2.0
// Pairs of answers to the same images by two networks.
#include "classes/networks.h"

#include <algorithm>
#include <ostream>

#include "classes/change.h"
#include "compare/signed_text.h"
#include "report/text_table.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// Without the network's name in front.
std::string RecipeAlone(const CaseAnswers& answers) {
  return answers.recipe.substr(answers.network.empty() ? 0 : answers.network.size() + 1);
}

// The first backend that gave both.
std::string CommonBackend(const CaseAnswers& a, const CaseAnswers& b) {
  for (const std::string& backend : a.backends) {
    if (std::ranges::find(b.backends, backend) != b.backends.end()) return backend;
  }
  return {};
}

double Percent(const CaseAnswers& answers) {
  return 100.0 * static_cast<double>(answers.top1_correct) / static_cast<double>(answers.images);
}

}  // namespace

std::vector<NetworkPair> PairNetworks(const ClassResults& results) {
  std::vector<NetworkPair> pairs;
  for (const CaseAnswers& changed : results.answers()) {
    for (const CaseAnswers& base : results.answers()) {
      if (&base == &changed) break;
      if (base.network == changed.network || RecipeAlone(base) != RecipeAlone(changed)) continue;
      const std::string backend = CommonBackend(base, changed);
      if (backend.empty()) continue;
      pairs.push_back({.base = base.network,
                       .changed = changed.network,
                       .recipe = RecipeAlone(changed) + " on " + backend,
                       .base_percent = Percent(base),
                       .new_percent = Percent(changed),
                       .flips = CountFlips(results, base, changed)});
    }
  }
  return pairs;
}

void WriteNetworkPairs(const std::vector<NetworkPair>& pairs, size_t width, std::ostream& stream) {
  if (pairs.empty()) return;
  stream << '\n';
  WriteWrapped("Networks on the same " + std::to_string(pairs.front().flips.images) +
                   " images, paired (McNemar's exact test); lost are right in the second alone",
               width, stream);
  TextTable table{.columns = {{.title = "network", .shortens = true},
                              {.title = "against", .shortens = true},
                              {.title = "recipe", .shortens = true},
                              {"Top-1", true},
                              {"lost", true},
                              {"gained", true},
                              {"p", true}}};
  for (const NetworkPair& one : pairs) {
    table.rows.push_back({{.text = one.changed},
                          {.text = one.base},
                          {.text = one.recipe},
                          {.text = SignedText(one.new_percent - one.base_percent, 2)},
                          {.text = std::to_string(one.flips.lost)},
                          {.text = std::to_string(one.flips.gained)},
                          {.text = SignificantText(one.flips.p, 2)}});
  }
  table.WriteText(stream, width, /*color=*/false);
}

}  // namespace quantbench
