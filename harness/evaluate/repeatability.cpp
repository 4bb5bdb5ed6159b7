// SPDX-License-Identifier: Apache-2.0
// Runs a few images again, and compares bits.
#include "evaluate/repeatability.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "backend/guarded_run.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr int64_t kImages = 4;
constexpr double kFloatTolerance = 1e-4;  // of the largest magnitude, as `quantbench check` has it

bool Has(const qb_model& model, std::initializer_list<qb_op> operators) {
  return std::any_of(model.nodes, model.nodes + model.num_nodes, [&](const qb_node* node) {
    return std::find(operators.begin(), operators.end(), node->op) != operators.end();
  });
}

bool IsDynamic(const qb_model& model) { return Has(model, {QB_DYNAMIC_CONV, QB_DYNAMIC_LINEAR}); }

bool IsFloat(const qb_model& model) {
  return !Has(model, {QB_DYNAMIC_CONV, QB_DYNAMIC_LINEAR, QB_QUANTIZE});
}

std::string Number(float value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.9g", static_cast<double>(value));
  return text;
}

}  // namespace

RepeatedImages::RepeatedImages(const Executable& executable, const Crops& crops,
                               const Normalizer& normalize, int batch_size)
    : executable_(executable),
      crops_(crops),
      normalize_(normalize),
      batch_size_(batch_size),
      classes_(static_cast<size_t>(executable.output_elements())) {
  for (int64_t i = 0; i < kImages; ++i) {
    const int64_t image = i * (crops.count() - 1) / (kImages - 1);  // the first to the last
    if (chosen_.empty() || chosen_.back() != image) chosen_.push_back(image);
  }
  scores_.resize(chosen_.size() * classes_);
}

void RepeatedImages::Keep(int64_t image, std::span<const float> scores) {
  const auto found = std::find(chosen_.begin(), chosen_.end(), image);
  if (found == chosen_.end()) return;
  std::copy(scores.begin(), scores.end(),
            scores_.begin() + (found - chosen_.begin()) * static_cast<std::ptrdiff_t>(classes_));
}

std::vector<float> RepeatedImages::Run(const std::vector<int64_t>& images) const {
  const auto pixels = static_cast<size_t>(executable_.input_elements());
  GuardedFloats input(images.size() * pixels);
  for (size_t i = 0; i < images.size(); ++i)
    normalize_(crops_.pixels(images[i]), input.values().subspan(i * pixels, pixels));
  input.Seal();
  const auto count = static_cast<int>(images.size());
  Context context = executable_.CreateContext(count, 1);
  return RunGuarded(executable_, context, count, input.data(), ThreadPool(1));
}

std::string RepeatedImages::Difference(size_t chosen, std::span<const float> again,
                                       const std::string& how, bool& beyond_rounding) const {
  const std::span<const float> before = std::span(scores_).subspan(chosen * classes_, classes_);
  if (std::memcmp(before.data(), again.data(), before.size_bytes()) == 0) return "";
  float largest = 0, furthest = -1;
  size_t where = 0;
  for (size_t c = 0; c < classes_; ++c) {
    largest = std::max(largest, std::abs(before[c]));
    const float distance =  // a NaN is as far as can be
        std::isnan(again[c]) ? std::numeric_limits<float>::infinity()
                             : std::abs(again[c] - before[c]);
    if (distance <= furthest) continue;
    furthest = distance;
    where = c;
  }
  beyond_rounding =
      !IsFloat(executable_.model()) ||
      !(static_cast<double>(furthest) <= kFloatTolerance * static_cast<double>(largest));
  return "image '" + crops_.path(chosen_[chosen]) + "' gets " + Number(again[where]) +
         " for class " + std::to_string(where) + " " + how + ", and " + Number(before[where]) +
         " before";
}

std::string RepeatedImages::CompareSameBatches() const {
  std::string found;
  for (size_t i = 0; i < chosen_.size(); ++i) {
    const int64_t first = chosen_[i] / batch_size_ * batch_size_;
    std::vector<int64_t> batch;
    for (int64_t b = first; b < std::min(first + batch_size_, crops_.count()); ++b)
      batch.push_back(b);
    const std::vector<float> again = Run(batch);
    const auto offset = static_cast<size_t>(chosen_[i] - first) * classes_;
    bool beyond_rounding = false;
    const std::string difference = Difference(i, std::span(again).subspan(offset, classes_),
                                              "when it is evaluated again", beyond_rounding);
    if (difference.empty()) continue;
    if (executable_.exact() && beyond_rounding)
      throw Error(executable_.backend() + " isn't deterministic: " + difference);
    found = "not deterministic: " + difference;
  }
  return found;
}

std::string RepeatedImages::CompareOtherBatch() const {
  if (IsDynamic(executable_.model())) return "";
  std::vector<int64_t> batch = chosen_;
  if (batch.size() == 1) batch.push_back(batch.front());
  if (static_cast<int>(batch.size()) == batch_size_) batch.push_back(batch.front());
  const std::vector<float> again = Run(batch);
  for (size_t i = 0; i < chosen_.size(); ++i) {
    bool beyond_rounding = false;
    const std::string difference =
        Difference(i, std::span(again).subspan(i * classes_, classes_),
                   "in a batch of " + std::to_string(batch.size()), beyond_rounding);
    if (difference.empty() || !beyond_rounding) continue;
    const std::string text = "depends on the batch size: " + difference + " in batches of " +
                             std::to_string(batch_size_);
    if (executable_.exact()) throw Error(executable_.backend() + " " + text);
    return text;
  }
  return "";
}

std::string RepeatedImages::Compare() const {
  std::string found = CompareSameBatches();
  const std::string other = CompareOtherBatch();
  return found + (found.empty() || other.empty() ? "" : "; ") + other;
}

}  // namespace quantbench
