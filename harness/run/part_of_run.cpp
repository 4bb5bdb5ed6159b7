// SPDX-License-Identifier: Apache-2.0
// From stages and rows to a Part.
#include "run/part_of_run.h"

#include "run/start.h"
#include "stage/evaluation_unit.h"
#include "stage/predictions_file.h"
#include "support/files.h"

namespace quantbench {
namespace {

PartGeometry GeometryOf(const Preprocess& preprocess) {
  return {.resize_height = preprocess.resize.height,
          .resize_width = preprocess.resize.width,
          .crop_height = preprocess.crop.height,
          .crop_width = preprocess.crop.width,
          .resize_method = static_cast<int>(preprocess.resize_method),
          .fit = static_cast<int>(preprocess.fit)};
}

std::vector<PartNetwork> NetworksOf(const Stages& stages) {
  std::vector<PartNetwork> networks;
  for (const auto& one : stages.networks()) {
    PartNetwork network{.network = one->network.id,
                        .outputs = one->models.Outputs(),
                        .geometry = GeometryOf(one->network.preprocess)};
    if (const auto& expect = one->network.expect) {
      network.expected_top1 = expect->fp32_top1_percent;
      network.expected_within = expect->within;
    }
    networks.push_back(network);
  }
  return networks;
}

// Crops are of the readable ones, in the same order.
std::vector<PartImage> ImagesOf(const CropsStage::Subset& subset) {
  std::vector<PartImage> images;
  int64_t crop = 0;
  for (size_t i = 0; i < subset.request.index.images.size(); ++i) {
    const ImageEntry& image = subset.request.index.images[i];
    const bool readable = crop < subset.crops->count() && subset.crops->path(crop) == image.path;
    crop += readable ? 1 : 0;
    images.push_back({.path = image.path,
                      .label = image.label,
                      .content = subset.name.contents[i],
                      .readable = readable});
  }
  return images;
}

std::vector<PartCase> CasesOf(const RunContext& context) {
  std::vector<PartCase> cases;
  for (size_t i = 0; i < context.cases.size(); ++i) {
    const CaseKey& key = context.cases[i].key;
    PartCase one{.unit = UnitOf(key).Name(),
                 .techniques = ToString(key.recipe.GraphTechniques()),
                 .result = context.results.rows[i]};
    one.result.accuracy.reset();
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace

RunShape ShapeOf(const RunContext& context, const Stages& stages) {
  const RunIdentity identity = stages.IdentityOfParts();
  return {.identity = {identity.begin(), identity.end()},
          .images = static_cast<int64_t>(stages.crops().ImagesOfRun().images.size()),
          .batch = BatchOfRanges(context.cases)};
}

void WritePartOf(const RunContext& context, Stages& stages) {
  const Scenario& scenario = context.scenario;
  const ImageRange& range = stages.crops().range();
  const RunIdentity identity = stages.IdentityOfParts();
  Part part{.identity = {identity.begin(), identity.end()},
            .number = context.part.number,
            .count = context.part.count,
            .latency_on = context.part.latency_on,
            .begin = range.begin,
            .end = range.end,
            .images_of_run = static_cast<int64_t>(stages.crops().ImagesOfRun().images.size()),
            .evaluates = scenario.evaluation.enabled,
            .measures = context.Measures(),
            .max_unreadable = scenario.dataset.max_unreadable,
            .networks = NetworksOf(stages),
            .cases = CasesOf(context),
            .environment = context.results.environment,
            .inputs = context.results.inputs,
            .measured = context.results.measured,
            .warnings = context.results.warnings,
            .stages = context.results.stages};
  if (const auto& evaluation = stages.crops().evaluation()) part.images = ImagesOf(*evaluation);
  for (const auto& one : stages.networks()) {
    for (PartUnit& unit : one->predictions.UnitsOfPart()) part.units.push_back(std::move(unit));
  }
  const std::filesystem::path names = context.out / kClassNamesFile;
  const std::filesystem::path folder = PartFolder(context.out, range);
  if (context.has_images && std::filesystem::exists(names))
    WriteFileAtomically(folder / names.filename(), ReadTextFile(names));
  WritePart(part, folder);
}

}  // namespace quantbench
