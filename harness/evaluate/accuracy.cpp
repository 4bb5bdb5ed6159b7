// SPDX-License-Identifier: Apache-2.0
// Parallel evaluation with integer counts, so that order doesn't matter.
#include "evaluate/accuracy.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

// What one worker needs to run an image.
struct Worker {
  Context context;
  std::vector<float> input;
  std::vector<float> scores;
};

void RequireLabelsInRange(const Executable& executable, const Crops& crops) {
  for (int64_t i = 0; i < crops.count(); ++i) {
    if (crops.label(i) < executable.output_elements()) continue;
    throw Error("image '" + crops.path(i) + "' has label " + std::to_string(crops.label(i)) +
                ", but the network has only " + std::to_string(executable.output_elements()) +
                " classes; do the synsets file and the checkpoint belong together?");
  }
}

void Count(const Crops& crops, Predictions& predictions) {
  for (int64_t i = 0; i < crops.count(); ++i) {
    const TopFive& best = predictions.top5[static_cast<size_t>(i)];
    predictions.top1_correct += best[0] == crops.label(i) ? 1 : 0;
    predictions.top5_correct += std::count(best.begin(), best.end(), crops.label(i));
  }
}

}  // namespace

TopFive BestFive(std::span<const float> scores) {
  // Strict, so that equal scores keep the lower class first; NaN is worse than any number.
  const auto is_better = [&](int32_t a, int32_t b) {
    const float score_a = scores[static_cast<size_t>(a)], score_b = scores[static_cast<size_t>(b)];
    return score_a > score_b || (std::isnan(score_b) && !std::isnan(score_a));
  };
  TopFive best;
  best.fill(-1);
  for (size_t c = 0; c < scores.size(); ++c) {
    auto candidate = static_cast<int32_t>(c);
    for (int32_t& place : best) {
      if (place >= 0 && !is_better(candidate, place)) continue;
      std::swap(place, candidate);
      if (candidate < 0) break;
    }
  }
  return best;
}

Predictions Evaluate(const Executable& executable, const Crops& crops, const Normalizer& normalize,
                     ThreadPool& pool, const ProgressCallback& progress) {
  RequireLabelsInRange(executable, crops);
  Predictions predictions{.top5 = std::vector<TopFive>(static_cast<size_t>(crops.count()))};
  std::vector<std::optional<Worker>> workers(static_cast<size_t>(pool.threads()));
  std::vector<uint64_t> checksums(predictions.top5.size());
  std::atomic<int64_t> done = 0;
  // Images are the parallel dimension; within an image a backend gets one thread.
  const ThreadPool alone(1);
  pool.ForEach(crops.count(), [&](int64_t i, int w) {
    std::optional<Worker>& worker = workers[static_cast<size_t>(w)];
    if (!worker) {
      worker.emplace(
          Worker{.context = executable.CreateContext(1, 1),
                 .input = std::vector<float>(static_cast<size_t>(executable.input_elements())),
                 .scores = std::vector<float>(static_cast<size_t>(executable.output_elements()))});
    }
    normalize(crops.pixels(i), worker->input);
    worker->context.Run(1, worker->input.data(), worker->scores.data(), alone);
    predictions.top5[static_cast<size_t>(i)] = BestFive(worker->scores);
    checksums[static_cast<size_t>(i)] = Checksum64(std::as_bytes(std::span(worker->scores)));
    const int64_t now_done = ++done;
    if (progress) progress(now_done, crops.count());
  });
  Count(crops, predictions);
  predictions.outputs_hash = HashBytes(std::as_bytes(std::span(checksums)));
  return predictions;
}

}  // namespace quantbench
