// SPDX-License-Identifier: Apache-2.0
// Index, crop and report what could not be read.
#include "stage/crops.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "dataset/crops_file.h"
#include "dataset/fingerprints.h"
#include "dataset/image_sizes.h"
#include "stage/evaluation_unit.h"
#include "stage/predictions_file.h"
#include "support/interrupt.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

// Works with the same name take the same time for each image.
std::string CropWork(const CropRequest& request, int jobs) {
  const Preprocess& preprocess = request.preprocess;
  return WorkKind({"crop", Machine(jobs), request.index.folder.string(),
                   "resize " + ToString(preprocess.resize), CropSize(preprocess),
                   "fit " + std::to_string(static_cast<int>(preprocess.fit)),
                   "method " + std::to_string(static_cast<int>(preprocess.resize_method)),
                   "transform " + std::to_string(static_cast<int>(request.transform))});
}

int64_t MemoryLimitMib(const Scenario& scenario) {
  return scenario.memory_limit_mib > 0 ? scenario.memory_limit_mib : DefaultMemoryLimitMib();
}

}  // namespace

CropsStage::Subset CropsStage::Named(CropRequest request, const std::string& purpose) {
  Progress progress("read images", "images", Progress::Closing::kIfSlow);
  CropsName name =
      NameCrops(request, context_.store, context_.pool, [&](int64_t done, int64_t total) {
        ThrowIfInterrupted();
        progress.Update(done, total);
      });
  std::string problem;  // told when the crops are loaded
  const bool cached = context_.store.Find(kCrops, name.key, problem);
  return {.request = std::move(request),
          .title = "crop " + purpose + " images" + OfNetworks(),
          .name = std::move(name),
          .cached = cached};
}

bool CropsStage::Serves(const Preprocess& preprocess) const {
  return preprocess.resize == geometry_.resize && preprocess.crop == geometry_.crop &&
         preprocess.resize_method == geometry_.resize_method && preprocess.fit == geometry_.fit;
}

std::string CropsStage::OfNetworks() const {
  const auto is_used = [&](const Network& one) { return !CasesOf(one, context_.cases).empty(); };
  const auto used = std::ranges::count_if(context_.scenario.networks, is_used);
  if (std::cmp_equal(used, networks_.size())) return {};
  std::string text;
  for (const Network* const network : networks_) {
    text += (text.empty() ? " of " : ", ") + network->id;
  }
  return text;
}

bool CropsStage::Calibrates() const {
  return std::ranges::any_of(networks_, [&](const Network* network) {
    return NeedCalibration(RecipesOf(CasesOf(*network, context_.cases)));
  });
}

void CropsStage::Key() {
  const Scenario& scenario = context_.scenario;
  if (Calibrates()) {
    calibration_ = Named({.index = IndexImages(scenario.dataset, scenario.calibration.subset),
                          .preprocess = geometry_,
                          .transform = scenario.calibration.transform,
                          .seed = scenario.calibration.seed,
                          .max_unreadable = scenario.dataset.max_unreadable,
                          .memory_limit_mib = MemoryLimitMib(scenario)},
                         "calibration");
  }
  if (!scenario.evaluation.enabled) return;
  IndexEvaluation();
  TakeRange();
}

void CropsStage::IndexEvaluation() {
  const Scenario& scenario = context_.scenario;
  // The classes are those of all splits that should have them, named by the scenario or not.
  images_of_run_ = IndexImages(scenario.dataset, scenario.evaluation.subset,
                               {scenario.calibration.subset.split, "train", "val"});
}

void CropsStage::TakeRange() {
  const Scenario& scenario = context_.scenario;
  evaluation_.reset();
  ImageIndex index = images_of_run_;
  range_ = {.begin = 0, .end = static_cast<int64_t>(index.images.size())};
  if (!context_.part.IsWhole()) {
    // A given range needs no sizes.
    const auto pixels = context_.part.range ? std::vector<int64_t>(index.images.size(), 1)
                                            : PixelsOf(index, context_.pool);
    range_ = RangeOf(context_.part, pixels, BatchOfRanges(context_.cases));
    const auto first = images_of_run_.images.begin();
    index.images.assign(first + range_.begin, first + range_.end);
    context_.has_images = !index.images.empty();
    if (!context_.has_images) return;
  }
  evaluation_ = Named({.index = std::move(index),
                       .preprocess = geometry_,
                       .transform = CropTransform::kCenterCrop,
                       .seed = 0,
                       .max_unreadable = scenario.dataset.max_unreadable,
                       .memory_limit_mib = MemoryLimitMib(scenario)},
                      "evaluation");
  RequireApart();
}

// Accuracy on images that the ranges were taken from says too much of the model.
void CropsStage::RequireApart() const {
  if (!calibration_ || !evaluation_) return;
  std::map<std::string_view, size_t> evaluated;  // by content
  for (size_t i = 0; i < evaluation_->name.contents.size(); ++i)
    evaluated.emplace(evaluation_->name.contents[i], i);
  int64_t both = 0;
  std::string first;
  for (size_t i = 0; i < calibration_->name.contents.size(); ++i) {
    const auto found = evaluated.find(calibration_->name.contents[i]);
    if (found == evaluated.end() || found->first == kUnreadable) continue;
    if (++both > 1) continue;
    const auto path = [](const Subset& subset, size_t image) {
      const ImageIndex& index = subset.request.index;
      return "'" + (index.folder / index.images[image].path).string() + "'";
    };
    const std::string one = path(*calibration_, i), other = path(*evaluation_, found->second);
    first = one == other ? one : one + ", which is " + other;
  }
  if (both == 0) return;
  throw Error(context_.scenario.calibration.spot.Say(
      std::to_string(both) + " of " + std::to_string(calibration_->name.contents.size()) +
      " calibration images are evaluated too (" + first +
      "), which flatters the accuracy; choose other images for one of the two"));
}

CaseState CropsStage::StateOf(const Case& one) {
  const bool calibrates = one.key.recipe.NeedsCalibration();
  if (!evaluation_ && !calibrates) return {ArtefactState::kNotNeeded};
  const bool all_cached =
      (!calibrates || calibration_->cached) && (!evaluation_ || evaluation_->cached);
  return {all_cached ? ArtefactState::kCached : ArtefactState::kToDo};
}

std::vector<Work> CropsStage::WorkLeft() {
  std::vector<Work> left;
  for (const auto* subset : {&calibration_, &evaluation_}) {
    if (!*subset || (*subset)->cached) continue;
    const CropRequest& request = (*subset)->request;
    left.push_back(context_.speeds.WorkOf(CropWork(request, context_.jobs), (*subset)->title,
                                          static_cast<int64_t>(request.index.images.size()),
                                          "images"));
  }
  return left;
}

void CropsStage::Make() {
  Load(calibration_);
  Load(evaluation_);
  if (!evaluation_) return;
  WriteClassNames(evaluation_->request.index.classes,
                  context_.scenario.dataset.label_offset.value_or(0),
                  context_.out / kClassNamesFile);
}

void CropsStage::Load(std::optional<Subset>& subset) {
  if (!subset || subset->crops) return;
  const std::string& title = subset->title;
  const auto start = Clock::now();
  Crops crops;
  {
    Progress progress(title, "images");
    crops = LoadCrops(subset->request, subset->name.key, context_.store, context_.pool,
                      [&](int64_t done, int64_t total) {
                        ThrowIfInterrupted();
                        progress.Update(done, total);
                      });
  }
  if (crops.from_cache()) {
    Log(title + ": " + CountText(crops.count(), "image") + " (cached)");
  } else {
    context_.AddTime(
        {.stage = title, .items = crops.count(), .unit = "images", .seconds = SecondsSince(start)},
        CropWork(subset->request, context_.jobs));
  }
  LogDetail(title + ": mapped from " + crops.file().string());
  if (!crops.rebuilt_reason().empty())
    context_.AddWarning(title + ": cached crops were made anew: " + crops.rebuilt_reason());
  for (const std::string& image : crops.unreadable())
    context_.AddWarning(title + ": left out " + image);
  const ImageIndex& index = subset->request.index;
  if (index.left_out.Any())
    Log(title + ": " + index.left_out.Text() + " left out: neither image nor class");
  if (!index.classes.note().empty() && &subset == &evaluation_)
    context_.AddWarning(title + ": " + index.classes.note());
  subset->crops = std::move(crops);
}

std::string CropsStage::KeyOf(const std::optional<Subset>& subset) {
  return subset ? subset->name.key : std::string();
}

std::optional<ImageSource> CropsStage::Images(const Preprocess& preprocess) const {
  const auto& subset = evaluation_ ? evaluation_ : calibration_;
  if (!subset || !subset->crops) return std::nullopt;
  context_.Restore(subset->crops->file(), subset->crops->mapped());
  return ImageSource{.crops = subset->crops->file(),
                     .hash = subset->crops->key(),
                     .height = subset->crops->size().height,
                     .width = subset->crops->size().width,
                     .mean = preprocess.mean,
                     .std = preprocess.std,
                     .bgr = preprocess.channel_order == ChannelOrder::kBgr,
                     .bytes = preprocess.scale == PixelScale::kBytes};
}

}  // namespace quantbench
