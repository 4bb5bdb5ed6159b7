// SPDX-License-Identifier: Apache-2.0
// The key `dataset`: which images, and how they become network inputs.
#include "scenario/names.h"
#include "scenario/sections.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kDatasetKeys[] = {"root",       "layout",         "synsets",
                                             "labels",     "label_offset",   "calibration",
                                             "evaluation", "max_unreadable", "preprocess"};
constexpr std::string_view kCalibrationKeys[] = {
    "split", "images", "per_class", "random", "list", "batch_size", "seed", "seeds", "transform"};
constexpr std::string_view kEvaluationKeys[] = {"split", "images", "per_class", "random",
                                                "list",  "seed",   "part"};
constexpr std::string_view kSelectionKeys[] = {"images", "per_class", "random", "list"};

constexpr Limits<int64_t> kImages{1, 100'000'000};
constexpr Limits<int64_t> kSeeds{0, std::numeric_limits<int64_t>::max()};

bool IsSelection(std::string_view key) {
  return std::find(std::begin(kSelectionKeys), std::end(kSelectionKeys), key) !=
         std::end(kSelectionKeys);
}

// Reports every key that chooses images after the first such key.
void ReadSubset(const Mapping& mapping, Reader& reader, SubsetSpec& subset) {
  reader.ReadIdentifier(mapping.Find("split"), subset.split);
  reader.ReadInteger(mapping.Find("images"), kImages, subset.images);
  reader.ReadInteger(mapping.Find("per_class"), kImages, subset.per_class);
  reader.ReadInteger(mapping.Find("random"), kImages, subset.random);
  reader.ReadPath(mapping.Find("list"), subset.list);
  reader.ReadInteger(mapping.Find("seed"), kSeeds, subset.seed);
  if (mapping.node() == nullptr) return;
  std::string first;
  for (const Entry& entry : mapping.node()->entries) {
    if (!IsSelection(entry.key) || entry.key == first) continue;
    if (first.empty()) {
      first = entry.key;
    } else {
      reader.mistakes().Add(
          entry.place, entry.value.path,
          "the images are chosen by " + first + " already; one of images, per_class, random, list");
    }
  }
}

void ReadCalibration(const Node* node, Reader& reader, CalibrationSpec& calibration) {
  const Mapping mapping(node, {.known = kCalibrationKeys}, reader.mistakes());
  ReadSubset(mapping, reader, calibration.subset);
  calibration.seed = calibration.subset.seed;
  if (node != nullptr) calibration.spot = SpotOf(node->owner_place, node->path);
  reader.ReadInteger(mapping.Find("batch_size"), {1, 4096}, calibration.batch_size);
  const Node* const seeds = mapping.Find("seeds");
  if (reader.ReadInteger(seeds, {1, 100}, calibration.seeds) && calibration.seeds > 1 &&
      calibration.subset.random == 0 && !mapping.IsMistyped("random"))
    reader.Report(*seeds, "each seed draws other images, so they must be drawn: random: N");
  std::string transform;
  if (reader.ReadName(mapping.Find("transform"), {.known = names::kTransforms}, transform)) {
    calibration.transform = transform == "random_resized_crop" ? CropTransform::kRandomResizedCrop
                                                               : CropTransform::kCenterCrop;
  }
  // The training split has more than a million images: never all of them by omission.
  if (mapping.node() != nullptr &&
      std::none_of(mapping.node()->entries.begin(), mapping.node()->entries.end(),
                   [](const Entry& entry) { return IsSelection(entry.key); }) &&
      std::none_of(std::begin(kSelectionKeys), std::end(kSelectionKeys),
                   [&](std::string_view key) { return mapping.IsMistyped(key); })) {
    const Node& place = *mapping.node();
    reader.mistakes().Add(place.owner_place, place.path,
                          "which images? expected one of " + Join(kSelectionKeys));
  }
}

void ReadEvaluation(const Node* node, Reader& reader, EvaluationSpec& evaluation) {
  if (node == nullptr || reader.ReadSwitch(node, "'off', 'on' or a mapping", evaluation.enabled))
    return;
  if (node->kind != Node::Kind::kMapping) return;  // reported
  const Mapping mapping(node, {.known = kEvaluationKeys}, reader.mistakes());
  ReadSubset(mapping, reader, evaluation.subset);
  std::string part;
  if (reader.ReadName(mapping.Find("part"), {.known = names::kParts}, part))
    evaluation.subset.part =
        static_cast<ImagePart>(std::find(std::begin(names::kParts), std::end(names::kParts), part) -
                               std::begin(names::kParts));
}

}  // namespace

bool NamesCalibration(const Node& dataset) {
  Mistakes reported;
  const Mapping mapping(&dataset, {.known = kDatasetKeys}, reported);
  return mapping.Find("calibration") != nullptr || mapping.IsMistyped("calibration");
}

void ReadDataset(const Node* node, Reader& reader, Scenario& scenario) {
  const Mapping mapping(node, {.known = kDatasetKeys}, reader.mistakes());
  DatasetSpec& dataset = scenario.dataset;
  reader.ReadPath(mapping.Require("root", "the folder of the images"), dataset.root);
  reader.ReadName(mapping.Find("layout"), {.known = names::kLayouts}, dataset.layout);
  reader.ReadPath(mapping.Find("synsets"), dataset.synsets);
  if (reader.ReadPath(mapping.Find("labels"), dataset.labels) && dataset.layout == "folders") {
    reader.Report(*mapping.Find("labels"),
                  "in the layout 'folders' the folders are the labels; remove this key");
  }
  int offset = 0;
  if (reader.ReadInteger(mapping.Find("label_offset"), {-1'000'000, 1'000'000}, offset))
    dataset.label_offset = offset;
  reader.ReadInteger(mapping.Find("max_unreadable"), {0, kImages.max}, dataset.max_unreadable);
  scenario.calibration.subset.split = "train";
  ReadCalibration(mapping.Find("calibration"), reader, scenario.calibration);
  scenario.evaluation.subset.split = "val";
  ReadEvaluation(mapping.Find("evaluation"), reader, scenario.evaluation);
  ReadPreprocess(mapping.Find("preprocess"), reader, scenario.networks.front().preprocess);
}

}  // namespace quantbench::yaml
