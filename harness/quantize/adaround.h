// SPDX-License-Identifier: Apache-2.0
// Rounding of weights, learnt layer by layer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "quantize/layer_walk.h"
#include "store/store.h"

namespace quantbench {

struct RoundedLayer {
  std::string name;
  double nearest_error = 0, error = 0;  // E of learn_rounding.h; 0 from the cache
  std::string skipped;                  // why it stays rounded to nearest; empty: it doesn't
  bool from_cache = false;
};

struct AdaRoundResult {
  int64_t images = 0;
  std::vector<RoundedLayer> layers;
};

using RoundingProgress = std::function<void(int64_t done, int64_t total, const std::string& layer)>;

// Replaces the integer weights of all layers that run on integers, in the order of execution
// (WalkLayers): each layer reads what the layers before it, already rounded, give, and is to give
// what the float layer gave for the float inputs, at SampledPixels of each image. Left alone are
// layers with more than kMostRows products a sum, whose Gram matrix would not fit. Learnt layers
// are looked for and left in `store`, by all that decides them; null: nowhere. Throws Error.
AdaRoundResult LearnRoundings(QuantizedGraph& quantized, const CalibrationSet& set,
                              const ThreadPool& pool, Store* store,
                              const RoundingProgress& progress,
                              int64_t most_bytes = kMostWalkBytes);

inline constexpr int64_t kMostRows = 6144;

}  // namespace quantbench
