// SPDX-License-Identifier: Apache-2.0
// Top-1 and Top-5 over a set of crops.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "dataset/crops.h"
#include "record/accuracy.h"
#include "support/thread_pool.h"

namespace quantbench {

// The best five by (score, then the lower class). NaN ranks no class: where fewer than five scores
// are numbers, the last places are -1, which is never right.
TopFive BestFive(std::span<const float> scores);

// Accuracy::outputs_hash of images whose scores have these checksums.
std::string HashOfOutputs(std::span<const int64_t> checksums);

// What ranges of images give together, each behind the one before, of a network with so many
// classes.
Predictions Joined(std::span<const Predictions> ranges, int64_t classes);

// Evaluates one set of crops after another. The pool's workers have a context each, which they
// keep.
class Evaluator {
 public:
  // Both outlive it.
  Evaluator(const Executable& executable, int batch_size, ThreadPool& pool);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Runs the crops in batches in their order, the last one smaller where they don't divide. The
  // same result for any number of workers, and for any batch size but where the network is
  // quantised dynamically. A few images of the first set are evaluated twice. Throws Error: a label
  // beyond the network's classes, a score that isn't finite, or what the backend says. Memory
  // doesn't grow with the number of images, but for five numbers each.
  Predictions Evaluate(const Crops& crops, const Normalizer& normalize,
                       const ProgressCallback& progress);

 private:
  struct Worker;  // what one needs to run a batch

  const Executable& executable_;
  int batch_size_;
  ThreadPool& pool_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool is_first_ = true;
};

// One set alone.
Predictions Evaluate(const Executable& executable, const Crops& crops, const Normalizer& normalize,
                     int batch_size, ThreadPool& pool, const ProgressCallback& progress);

}  // namespace quantbench
