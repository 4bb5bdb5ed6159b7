// SPDX-License-Identifier: Apache-2.0
// Top-1 and Top-5 over a set of crops.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "dataset/crops.h"
#include "support/thread_pool.h"

namespace quantbench {

// The five best classes of each image, best first; equal scores go to the lower class. -1 where
// there are fewer classes.
using TopFive = std::array<int32_t, 5>;

struct Predictions {
  std::vector<TopFive> top5;  // in the order of the crops
  int64_t top1_correct = 0;
  int64_t top5_correct = 0;
  std::string outputs_hash;  // of every score of every image: equal for backends equal to the bit
  std::optional<int64_t> fallback_nodes{};  // of the executable, where its plugin tells
  int64_t images() const { return static_cast<int64_t>(top5.size()); }
};

TopFive BestFive(std::span<const float> scores);

// Runs the crops in batches in their order, the last one smaller where they don't divide; batches
// are spread over the pool's workers, one context each. The same result for any number of workers,
// and for any batch size but where the network is quantised dynamically. Throws Error: a label
// beyond the network's classes, a score that isn't finite, or what the backend says. Memory doesn't
// grow with the number of images, but for five numbers each.
Predictions Evaluate(const Executable& executable, const Crops& crops, const Normalizer& normalize,
                     int batch_size, ThreadPool& pool, const ProgressCallback& progress);

}  // namespace quantbench
