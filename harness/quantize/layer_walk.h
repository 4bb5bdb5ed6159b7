// SPDX-License-Identifier: Apache-2.0
// A run of an integer network over the calibration images that stops before each layer, which may
// be changed there by what it reads and what its float layer gives.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dataset/input_images.h"
#include "graph/quantized_graph.h"
#include "quantize/expected_outputs.h"
#include "support/thread_pool.h"

namespace quantbench {

struct CalibrationSet {
  InputImages images;
  int batch_size;  // of the float passes
};

// A layer with weights that runs on integers and reads eight bits, about to run.
struct LayerInputs {
  size_t node;
  const uint8_t* data;  // [images, channels, height, width] of what it reads
  const QParams& qparams;
  int64_t images;
  int64_t done, total;        // layers before it, and all
  ExpectedOutputs& expected;  // Of(node, images) of the float network
};

inline constexpr int64_t kMostWalkBytes = int64_t{1} << 30;

// Visits those layers in the order in which what they read is computed. A visit may replace the
// integers of its layer's weights and bias in `quantized`, in place; layers behind it see that.
// Images: as many as fit `most_bytes` with their activations, at least one; gives their number.
// Runs the naive operators: integers, so that nothing rounds. Throws Error, and what a visit
// throws.
int64_t WalkLayers(QuantizedGraph& quantized, const CalibrationSet& set, const ThreadPool& pool,
                   const std::function<void(const LayerInputs&)>& visit,
                   int64_t most_bytes = kMostWalkBytes);

}  // namespace quantbench
