// SPDX-License-Identifier: Apache-2.0
// From a model to the steps that compute it: layouts, fusion, memory.
#pragma once

#include <memory>
#include <vector>

#include "kernels.h"
#include "step.h"

namespace quantbench::engine {

// An inverted residual block whose steps [first_step, first_step + count) can run as one,
// row by row.
struct Block {
  size_t first_step;
  size_t count;
  std::unique_ptr<Step> step;
};

struct Plan {
  std::vector<Value> values;  // [num_tensors]; never resized, steps point into it
  std::vector<std::unique_ptr<Step>> steps;
  std::vector<Block> blocks;   // in order
  int64_t image_bytes = 0;     // arena of one image
  int64_t scratch_bytes = 0;   // of one worker
  int64_t tap_bytes = 0;       // largest dense value of one image
  bool whole_batches = false;  // each step needs all images of a batch: a range is the batch's
  int32_t fallback_nodes = 0;  // that run as the naive default
};

// Packs the model's weights for `kernels`. Throws plugin::Failure for what can't be run.
Plan MakePlan(const qb_model& model, const Kernels& kernels, Fusion fusion);

// Gives each value its place in an image's arena, once all steps and blocks are there.
void PlanArena(Plan& plan);

}  // namespace quantbench::engine
