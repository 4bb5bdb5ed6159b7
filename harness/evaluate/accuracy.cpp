// SPDX-License-Identifier: Apache-2.0
// Parallel evaluation with integer counts, so that order doesn't matter.
#include "evaluate/accuracy.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "backend/guarded_floats.h"
#include "evaluate/repeatability.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/number_text.h"
#include "support/process_state.h"

namespace quantbench {
namespace {

void RequireLabelsInRange(const Executable& executable, const Crops& crops) {
  for (int64_t i = 0; i < crops.count(); ++i) {
    if (crops.label(i) < executable.output_elements()) continue;
    throw Error("image '" + crops.path(i) + "' has label " + std::to_string(crops.label(i)) +
                ", but the network has only " + CountText(executable.output_elements(), "class") +
                "; do the labels and the model belong together?");
  }
}

// Such scores rank no class; counted all the same they would look like a poor network.
void RequireFinite(std::span<const float> scores, const std::string& image) {
  for (const float score : scores) {
    if (std::isfinite(score)) continue;
    throw Error("image '" + image + "': the backend's scores hold " +
                (std::isnan(score) ? "NaN" : "infinity") + ", which ranks no class");
  }
}

void RequireWritten(const Executable& executable, const GuardedFloats& scores, int64_t count,
                    const Crops& crops, int64_t first) {
  const std::optional<size_t> unwritten = scores.FirstUnwritten();
  const auto classes = static_cast<size_t>(executable.output_elements());
  const size_t asked = static_cast<size_t>(count) * classes;  // the last batch may be smaller
  if (unwritten.value_or(scores.size()) == asked) return;
  if (unwritten.value_or(scores.size()) > asked)
    throw Error(executable.backend() + " wrote scores of more images than it was given");
  throw Error("image '" + crops.path(first + static_cast<int64_t>(*unwritten / classes)) +
              "': " + executable.backend() + " left the score of class " +
              std::to_string(*unwritten % classes) +
              " unwritten, though it says that its run went well");
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
  TopFive best;
  best.fill(-1);
  size_t filled = 0;
  for (size_t c = 0; c < scores.size(); ++c) {
    const float score = scores[c];
    if (std::isnan(score)) continue;
    // Classes come in rising order: behind its equals, a class stands in the right place.
    size_t place = filled;
    while (place > 0 && score > scores[static_cast<size_t>(best[place - 1])]) --place;
    if (place == best.size()) continue;
    filled = std::min(filled + 1, best.size());
    std::move_backward(best.begin() + static_cast<std::ptrdiff_t>(place),
                       best.begin() + static_cast<std::ptrdiff_t>(filled) - 1,
                       best.begin() + static_cast<std::ptrdiff_t>(filled));
    best[place] = static_cast<int32_t>(c);
  }
  return best;
}

std::string HashOfOutputs(std::span<const int64_t> checksums) {
  return HashBytes(std::as_bytes(checksums));
}

Predictions Joined(std::span<const Predictions> ranges, int64_t classes) {
  Predictions all;
  for (const Predictions& range : ranges) {
    if (&range == &ranges.front()) {
      all.preparation = range.preparation;
      all.layers = range.layers;  // which are of the first images
    }
    all.images += range.images;
    all.top1_correct += range.top1_correct;
    all.top5_correct += range.top5_correct;
    all.top5.insert(all.top5.end(), range.top5.begin(), range.top5.end());
    all.checksums.insert(all.checksums.end(), range.checksums.begin(), range.checksums.end());
    // Each has kept those of its first images, and so all that are among the first of all.
    all.scores.insert(all.scores.end(), range.scores.begin(), range.scores.end());
    AddRemark(all.remark, range.remark.value_or(""));
  }
  const auto kept = static_cast<size_t>(KeptScores(all.images, classes) * classes);
  if (all.scores.size() > kept) all.scores.resize(kept);
  all.outputs_hash = HashOfOutputs(all.checksums);
  return all;
}

struct Evaluator::Worker {
  Worker(const Executable& executable, int batch_size)
      : context(executable.CreateContext(batch_size, 1)),
        input(static_cast<size_t>(executable.input_elements() * batch_size)),
        scores(static_cast<size_t>(executable.output_elements() * batch_size)) {}

  // What the plugin left of the rules behind a run; nothing of it is timed.
  void RequireRules(const Executable& executable) const {
    context.RequireIntact();
    input.RequireIntact(executable.backend(), "input");
    scores.RequireIntact(executable.backend(), "output");
  }

  Context context;
  GuardedFloats input;
  GuardedFloats scores;
};

Evaluator::Evaluator(const Executable& executable, int batch_size, ThreadPool& pool)
    : executable_(executable),
      batch_size_(batch_size),
      pool_(pool),
      workers_(static_cast<size_t>(pool.threads())) {}

Evaluator::~Evaluator() = default;

Predictions Evaluate(const Executable& executable, const Crops& crops, const Normalizer& normalize,
                     int batch_size, ThreadPool& pool, const ProgressCallback& progress) {
  return Evaluator(executable, batch_size, pool).Evaluate(crops, normalize, progress);
}

Predictions Evaluator::Evaluate(const Crops& crops, const Normalizer& normalize,
                                const ProgressCallback& progress) {
  RequireLabelsInRange(executable_, crops);
  Predictions predictions;
  predictions.images = crops.count();
  predictions.top5 = std::vector<TopFive>(static_cast<size_t>(crops.count()));
  predictions.checksums.resize(predictions.top5.size());
  std::atomic<int64_t> done = 0;
  // Batches are the parallel dimension; within a batch a backend gets one thread.
  const ThreadPool alone(1);
  const auto classes = static_cast<size_t>(executable_.output_elements());
  const int64_t kept = KeptScores(crops.count(), executable_.output_elements());
  predictions.scores.resize(static_cast<size_t>(kept) * classes);
  std::optional<RepeatedImages> repeated;
  if (std::exchange(is_first_, false)) repeated.emplace(executable_, crops, normalize, batch_size_);
  std::set<std::string> changed;  // of all runs, whichever thread they were on
  std::mutex mutex;
  const int64_t batches = (crops.count() + batch_size_ - 1) / batch_size_;
  pool_.ForEach(batches, [&](int64_t b, int w) {
    std::unique_ptr<Worker>& worker = workers_[static_cast<size_t>(w)];
    if (!worker) worker = std::make_unique<Worker>(executable_, batch_size_);
    const int64_t first = b * batch_size_;
    const int64_t count = std::min<int64_t>(batch_size_, crops.count() - first);
    NormalizeBatch(crops, normalize, first, count, worker->input.values(), alone);
    worker->scores.MarkUnwritten();
    const FloatControl control;
    worker->context.Run(static_cast<int>(count), worker->input.data(), worker->scores.data(),
                        alone);
    if (std::set<std::string> now = control.Restore(); !now.empty()) {
      const std::lock_guard lock(mutex);
      changed.merge(now);
    }
    worker->RequireRules(executable_);
    RequireWritten(executable_, worker->scores, count, crops, first);
    for (int64_t i = 0; i < count; ++i) {
      const std::span<const float> scores =
          worker->scores.values().subspan(static_cast<size_t>(i) * classes, classes);
      RequireFinite(scores, crops.path(first + i));
      if (repeated) repeated->Keep(first + i, scores);
      predictions.top5[static_cast<size_t>(first + i)] = BestFive(scores);
      if (first + i < kept) {
        std::copy(scores.begin(), scores.end(),
                  predictions.scores.begin() + (first + i) * static_cast<std::ptrdiff_t>(classes));
      }
      predictions.checksums[static_cast<size_t>(first + i)] =
          std::bit_cast<int64_t>(Checksum64(std::as_bytes(scores)));
    }
    for (int64_t i = 0; i < count; ++i) crops.Forget(first + i);
    const int64_t now_done = done += count;
    if (progress) progress(now_done, crops.count());
  });
  Count(crops, predictions);
  AddRemark(predictions.remark, DescribeChanges(changed, "in a run"));
  if (repeated) AddRemark(predictions.remark, repeated->Compare());
  predictions.preparation.fallback_nodes = executable_.fallback_nodes();
  predictions.outputs_hash = HashOfOutputs(predictions.checksums);
  return predictions;
}

}  // namespace quantbench
