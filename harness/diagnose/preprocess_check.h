// SPDX-License-Identifier: Apache-2.0
// Whether the float network would see more if images became inputs in another way.
#pragma once

#include <optional>
#include <span>

#include "dataset/crops.h"
#include "graph/graph.h"
#include "record/diagnosis.h"
#include "support/thread_pool.h"

namespace quantbench {

// Counts Top-1 of the float network on up to 48 of the images with the scenario's preprocessing and
// with the mistakes that people make undone: mean and std swapped, the other order of channels,
// bytes for 0..1, another usual mean and std. Advice where one is right on more images, and surely
// (Student's t of 3.5 over the images' cross-entropies) nearer to the labels.
std::optional<Advice> CheckPreprocess(const Graph& graph, const Crops& crops,
                                      std::span<const int64_t> images, const Preprocess& given,
                                      const ThreadPool& pool);

}  // namespace quantbench
