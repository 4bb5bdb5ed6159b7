// SPDX-License-Identifier: Apache-2.0
// The images of a run: crops for calibration and evaluation.
#pragma once

#include "dataset/crops.h"
#include "report/results.h"
#include "scenario/scenario.h"
#include "worker/job.h"

namespace quantbench {

// Crops before any image is decoded.
struct NamedCrops {
  CropRequest request;
  std::string stage;  // what messages call it
  CropsName name;
};
NamedCrops NameCalibrationCrops(const Scenario& scenario, Store& store, ThreadPool& pool);
NamedCrops NameEvaluationCrops(const Scenario& scenario, Store& store, ThreadPool& pool);

// Warnings are added to the results, and the time that cropping took where it wasn't cached.
Crops LoadCrops(const NamedCrops& named, Store& store, ThreadPool& pool, Results& results);

// The same images as jobs name them.
ImageSource SourceOf(const Crops& crops, const Preprocess& preprocess);

}  // namespace quantbench
