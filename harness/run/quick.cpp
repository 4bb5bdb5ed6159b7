// SPDX-License-Identifier: Apache-2.0
// Fewer images by lists, less of everything else by the scenario's own keys.
#include "run/quick.h"

#include "dataset/image_index.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr int64_t kImages = 100;
constexpr int kRepetitions = 3;
constexpr double kSeconds = 0.05;

bool Chooses(const SubsetSpec& subset) {
  return subset.images > 0 || subset.per_class > 0 || subset.random > 0 || !subset.list.empty();
}

void Spread(const DatasetSpec& dataset, const std::filesystem::path& list, SubsetSpec& subset) {
  const ImageIndex index = IndexImages(dataset, subset, {"train", "val"});
  const auto all = std::ssize(index.images);
  if (all <= kImages) return;
  std::string lines;
  for (int64_t i = 0; i < kImages; ++i)
    lines += index.images[static_cast<size_t>(i * all / kImages)].path + '\n';
  CreateFolder(list.parent_path());
  WriteFileAtomically(list, lines);
  subset = {.split = subset.split, .list = list};
}

}  // namespace

void MakeQuick(const std::filesystem::path& folder, Scenario& scenario) {
  if (scenario.evaluation.enabled)
    Spread(scenario.dataset, folder / "quick.evaluation.txt", scenario.evaluation.subset);
  // A scenario without a static int8 case needn't name images for calibration.
  if (Chooses(scenario.calibration.subset))
    Spread(scenario.dataset, folder / "quick.calibration.txt", scenario.calibration.subset);
  scenario.calibration.seeds = 1;
  scenario.latency.warmup_seconds = scenario.latency.min_seconds = kSeconds;
  scenario.latency.repetitions = kRepetitions;
  scenario.latency.precision_percent.reset();
  scenario.ForgetExpectations();  // of all images
  scenario.resolved.clear();      // that would say other images
  scenario.name += "-quick";
  scenario.text_hash = Hasher().Add("quick").Add(scenario.text_hash).Hex();
}

std::string QuickRemark(const Scenario& scenario) {
  std::string text = "QUICK RUN: a first look, these figures are rough";
  if (scenario.evaluation.enabled)
    text += "; accuracy is of " + std::to_string(kImages) + " images at most";
  if (scenario.latency.enabled)
    text += "; latency of " + CountText(kRepetitions, "short repetition");
  return text;
}

}  // namespace quantbench
