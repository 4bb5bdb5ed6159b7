// SPDX-License-Identifier: Apache-2.0
// The images of a run: crops for calibration and evaluation.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "scenario/scenario.h"

namespace quantbench {

Crops LoadCalibrationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                           ThreadPool& pool, std::vector<std::string>& warnings);
Crops LoadEvaluationCrops(const Scenario& scenario, const std::filesystem::path& cache,
                          ThreadPool& pool, std::vector<std::string>& warnings);

// The first `count` crops as a network input [count,3,size,size], starting anew at the end.
std::vector<float> BatchOf(const Crops& crops, const Normalizer& normalize, int count);

}  // namespace quantbench
