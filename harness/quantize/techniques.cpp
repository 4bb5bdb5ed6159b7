// SPDX-License-Identifier: Apache-2.0
// From names of techniques to their code, and what is said of them.
#include "quantize/techniques.h"

#include "quantize/equalize.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

std::string Counted(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
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

std::vector<TechniqueReport> IntegerTechniques::Apply(Techniques techniques, const Crops& images,
                                                      int batch_size, QuantizedGraph& quantized) {
  std::vector<TechniqueReport> reports;
  if (techniques.Has(Technique::kBiasCorrection))
    reports.push_back(CorrectBiases(images, batch_size, quantized));
  return reports;
}

TechniqueReport IntegerTechniques::CorrectBiases(const Crops& images, int batch_size,
                                                 QuantizedGraph& quantized) {
  const auto reporting = [](Progress& progress) {
    return [&progress](int64_t done, int64_t total) {
      ThrowIfInterrupted();
      progress.Update(done, total);
    };
  };
  std::unique_ptr<BiasCorrection>& correction = corrections_[quantized.graph];
  if (correction == nullptr) {
    Progress progress("expected outputs", "images");
    correction = std::make_unique<BiasCorrection>(quantized.graph, images, normalize_, batch_size,
                                                  pool_, reporting(progress));
  }
  Progress progress("correct biases", "nodes");
  const int64_t used = correction->Apply(quantized, pool_, reporting(progress));
  const std::string of_all =
      used == images.count() ? "" : " of " + std::to_string(images.count()) + ", which fit memory";
  return {.summary = "bias_correction: " + quantized.recipe + " on " + std::to_string(used) +
                     of_all + " images"};
}

}  // namespace quantbench
