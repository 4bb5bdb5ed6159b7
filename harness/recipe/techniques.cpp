// SPDX-License-Identifier: Apache-2.0
// Sets of techniques from and to text.
#include "recipe/techniques.h"

#include <algorithm>
#include <vector>

#include "support/error.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

std::string QuotedName(std::string_view name) { return "'" + std::string(name) + "'"; }

template <typename Visit>
void ForEachTechnique(const Visit& visit) {
  for (size_t i = 0; i < std::size(kTechniqueNames); ++i) visit(static_cast<Technique>(i));
}

}  // namespace

Techniques Techniques::OfFloatGraph() const {
  Techniques of_graph;
  ForEachTechnique([&](Technique technique) {
    if (Has(technique) && IsOfFloatGraph(technique)) of_graph.Add(technique);
  });
  return of_graph;
}

std::string ToString(Techniques techniques) {
  std::string text;
  ForEachTechnique([&](Technique technique) {
    if (!techniques.Has(technique)) return;
    if (!text.empty()) text += '+';
    text += ToString(technique);
  });
  return text.empty() ? std::string(kNoTechnique) : text;
}

Techniques ParseTechniques(std::string_view text) {
  if (text == kNoTechnique) return {};
  Techniques techniques;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('+', at), text.size());
    const std::string name(text.substr(at, end - at));
    at = end + 1;
    const auto technique = ValueNamed<Technique>(name);
    if (!technique) {
      std::vector<std::string_view> known(std::begin(kTechniqueNames), std::end(kTechniqueNames));
      known.insert(known.begin(), kNoTechnique);
      throw Error(name == kNoTechnique ? "'none' stands alone"
                                       : QuotedName(name) + " is unknown; allowed: " + Join(known) +
                                             DidYouMean(name, known));
    }
    if (techniques.Has(*technique)) throw Error(QuotedName(name) + " is named twice");
    techniques.Add(*technique);
  }
  if (techniques.Has(Technique::kBiasCorrection) && techniques.Has(Technique::kAdaround)) {
    throw Error(
        "'bias_correction' and 'adaround' exclude each other: what is learnt fits the biases as "
        "they are; take one of them");
  }
  return techniques;
}

}  // namespace quantbench
