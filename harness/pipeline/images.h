// SPDX-License-Identifier: Apache-2.0
// The images of a run: crops for calibration and evaluation.
#pragma once

#include <filesystem>

#include "dataset/crops.h"
#include "record/results.h"
#include "scenario/scenario.h"
#include "worker/job.h"

namespace quantbench {

// Crops before any image is decoded.
struct NamedCrops {
  CropRequest request;
  std::string stage;  // what messages call it
  CropsName name;
  std::filesystem::path file;  // where they are, or will be
};
NamedCrops NameCalibrationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                                ThreadPool& pool);
NamedCrops NameEvaluationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                               ThreadPool& pool);

// Warnings are added to the results, and the time that cropping took where it wasn't cached.
Crops LoadCrops(const NamedCrops& named, const std::filesystem::path& cache, ThreadPool& pool,
                Results& results);

// The same images as jobs name them.
ImageSource SourceOf(const Crops& crops, const Preprocess& preprocess);

}  // namespace quantbench
