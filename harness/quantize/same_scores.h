// SPDX-License-Identifier: Apache-2.0
// Whether a rewritten float network still gives what it gave.
#pragma once

#include <cstdint>

#include "dataset/input_images.h"
#include "graph/graph.h"

namespace quantbench {

struct ScoreAgreement {
  int64_t images = 0;
  int64_t same_class = 0;
  double largest_difference = 0;  // of a score, over the largest score's magnitude
};

// Runs the first `most` of the images through both networks, prepared for inference.
ScoreAgreement CompareScores(const Graph& before, const Graph& after, const InputImages& images,
                             int most, ThreadPool& pool);

}  // namespace quantbench
