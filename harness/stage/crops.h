// SPDX-License-Identifier: Apache-2.0
// Stage: images decoded, resized and cropped once, mapped by all later stages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "stage/run_context.h"
#include "stage/stage.h"
#include "worker/job.h"

namespace quantbench {

class CropsStage : public Stage {
 public:
  // Of this size and method, for whichever networks are added: mean and std don't matter here.
  CropsStage(RunContext& context, const Preprocess& geometry)
      : context_(context), geometry_(geometry) {}
  void Add(const Network& network) { networks_.push_back(&network); }
  bool Serves(const Preprocess& preprocess) const;
  // " of resnet18, mobilenet_v2", for titles; nothing where the run has no others.
  std::string OfNetworks() const;

  // One subset of the images, named before any of them is decoded.
  struct Subset {
    CropRequest request;
    std::string title;  // "crop calibration images"
    CropsName name;
    bool cached = false;
    std::optional<Crops> crops{};  // once made
  };
  // Nothing where no case needs it.
  const std::optional<Subset>& calibration() const { return calibration_; }
  const std::optional<Subset>& evaluation() const { return evaluation_; }

  // All images that the run evaluates, this process's part among them; call where it evaluates.
  const ImageIndex& ImagesOfRun() const { return images_of_run_; }
  // Of them, what this process has.
  const ImageRange& range() const { return range_; }

  // Takes the range that the run has now in place of the one before; Make again. Call after Key.
  void TakeRange();

  // CropsName::key; empty where there is no such subset.
  static std::string KeyOf(const std::optional<Subset>& subset);
  // Made crops as jobs name them, with a network's mean and std: those of evaluation, else of
  // calibration, else nothing. Their file is there: one that was removed from the cache is written
  // again.
  std::optional<ImageSource> Images(const Preprocess& preprocess) const;

  std::string_view name() const override { return "crops"; }
  void Key() override;
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Make() override;

 private:
  Subset Named(CropRequest request, const std::string& purpose);
  void IndexEvaluation();
  void RequireApart() const;
  void Load(std::optional<Subset>& subset);

  bool Calibrates() const;

  RunContext& context_;
  Preprocess geometry_;
  std::vector<const Network*> networks_;
  std::optional<Subset> calibration_, evaluation_;
  ImageIndex images_of_run_;
  ImageRange range_;
};

}  // namespace quantbench
