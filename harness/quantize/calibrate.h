// SPDX-License-Identifier: Apache-2.0
// One float pass over the calibration images that feeds all observers at once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dataset/input_images.h"
#include "dataset/progress_callback.h"
#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "recipe/observer_spec.h"
#include "store/store.h"
#include "support/thread_pool.h"

namespace quantbench {

// All that statistics are of, by name.
struct StatisticsSource {
  std::string graph;   // hash of all that decides the float graph
  std::string images;  // Crops::hash()
  const Normalizer& normalize;
  int batch_size;
};

// All of it as one name.
std::string StatisticsInputs(const StatisticsSource& source);

// Of the entry of kStatistics that an observer reads: made of all that it depends on.
std::string StatisticsKey(const StatisticsSource& source, const ObserverSpec& spec);

struct CalibrationRequest {
  const Graph& graph;      // prepared for inference
  std::string inputs_key;  // StatisticsInputs; not used without a store
  InputImages images;
  int batch_size;
  std::span<const ObserverSpec> observers;
  // Where statistics are looked for and left, held meanwhile and after. Null: nowhere.
  Store* store = nullptr;
};

struct Calibration {
  // [observers][values], quint8 whatever the observer's dtype. Values that flatten or max pool
  // write share their input's.
  std::vector<std::vector<QParams>> qparams;
  bool from_cache = false;  // all statistics were there: no image was looked at
  // What was wrong with cached statistics that had to be made anew.
  std::vector<std::string> rebuilt;
};

// Observers that need the same statistic share it; statistics that are cached are read, the rest
// are collected in one pass. The result doesn't depend on the number of threads or on the cache.
// Memory: the activations of one batch. Throws Error: no image, NaN or infinity in a tensor
// (named), a range that gives no scale (named).
Calibration Calibrate(const CalibrationRequest& request, ThreadPool& pool,
                      const ProgressCallback& progress);

}  // namespace quantbench
