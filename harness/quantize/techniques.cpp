// SPDX-License-Identifier: Apache-2.0
// From names of techniques to their code, and what is said of them.
#include "quantize/techniques.h"

#include "quantize/adaround.h"
#include "quantize/bias_correction.h"
#include "quantize/equalize.h"
#include "support/interrupt.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

std::string Counted(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string ImagesText(int64_t used, const InputImages& images) {
  const std::string of_all =
      used == images.count() ? "" : " of " + std::to_string(images.count()) + ", which fit memory";
  return std::to_string(used) + of_all + " images";
}

TechniqueReport ReportOf(const AdaRoundResult& result, const std::string& recipe,
                         const InputImages& images) {
  TechniqueReport report;
  size_t learnt = 0, cached = 0;
  for (const RoundedLayer& layer : result.layers) {
    if (!layer.skipped.empty()) {
      report.details.push_back("adaround: '" + layer.name +
                               "' stays rounded to nearest: " + layer.skipped);
      continue;
    }
    ++(layer.from_cache ? cached : learnt);
    if (layer.from_cache || layer.nearest_error <= 0) continue;
    report.details.push_back("adaround: '" + layer.name + "': squared error " +
                             SignificantText(100 * layer.error / layer.nearest_error, 3) +
                             "% of what rounding to nearest leaves");
  }
  const size_t skipped = result.layers.size() - learnt - cached;
  report.did_nothing = learnt + cached == 0;
  report.summary = "adaround: " + recipe + ": " + Counted(learnt, "layer") + " learnt on " +
                   ImagesText(result.images, images) +
                   (cached == 0 ? "" : ", " + std::to_string(cached) + " cached") +
                   (skipped == 0 ? "" : ", " + std::to_string(skipped) + " left alone");
  return report;
}

TechniqueReport ReportOf(const Equalization& equalization) {
  TechniqueReport report;
  size_t dead = 0;
  for (const auto& [first, second, dead_channels] : equalization.pairs) {
    dead += static_cast<size_t>(dead_channels);
    report.details.push_back(
        "cle: '" + first + "' and '" + second + "'" +
        (dead_channels == 0
             ? ""
             : ", " + Counted(static_cast<size_t>(dead_channels), "channel") + " zeroed"));
  }
  for (const auto& [node, reason] : equalization.skipped)
    report.details.push_back("cle: '" + node + "' stays as it is: " + reason);
  report.did_nothing = equalization.pairs.empty();
  report.summary =
      report.did_nothing
          ? "cle: no two layers follow each other such that they can be equalised; the network is "
            "as without"
          : "cle: " + Counted(equalization.pairs.size(), "pair") + " of layers equalised, " +
                Counted(dead, "channel") + " that nobody reads zeroed, " +
                Counted(equalization.skipped.size(), "layer") + " left alone";
  return report;
}

}  // namespace

std::vector<TechniqueReport> ApplyTechniques(Techniques techniques, Graph& graph) {
  std::vector<TechniqueReport> reports;
  if (techniques.Has(Technique::kCle)) reports.push_back(ReportOf(Equalize(graph)));
  return reports;
}

namespace {

// Layers that neither technique looks at; empty where there are none.
std::string LeftAlone(const QuantizedGraph& quantized) {
  const Widths widths = WidthsOf(quantized);
  size_t count = 0;
  for (size_t n = 0; n < widths.nodes.size(); ++n)
    if (widths.nodes[n] && WeightsOf(quantized.graph->nodes[n].op) != nullptr) ++count;
  return count == 0 ? ""
                    : ", " + Counted(count, "layer") + " with activations of 16 bits left alone";
}

}  // namespace

std::vector<TechniqueReport> IntegerTechniques::Apply(Techniques techniques,
                                                      const CalibrationSet& set,
                                                      QuantizedGraph& quantized,
                                                      const ProgressCallback& told) const {
  std::vector<TechniqueReport> reports;
  const std::string left_alone = LeftAlone(quantized);
  if (techniques.Has(Technique::kAdaround)) {
    Progress progress("learn rounding", "layers");
    const auto learnt = [&](int64_t done, int64_t total, const std::string& layer) {
      ThrowIfInterrupted();
      progress.Update(done, total, layer);
      if (told) told(done, total);
    };
    reports.push_back(ReportOf(LearnRoundings(quantized, set, pool_, store_, learnt),
                               quantized.recipe, set.images));
    reports.back().summary += left_alone;
  }
  if (techniques.Has(Technique::kBiasCorrection)) {
    Progress progress("correct biases", "layers");
    const auto corrected = [&](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
      if (told) told(done, total);
    };
    const int64_t used = CorrectBiases(quantized, set, pool_, corrected);
    reports.push_back({.summary = "bias_correction: " + quantized.recipe + " on " +
                                  ImagesText(used, set.images) + left_alone});
  }
  return reports;
}

}  // namespace quantbench
