// SPDX-License-Identifier: Apache-2.0
// Greedy forwards, then backwards.
#include "run/reduce.h"

#include <algorithm>
#include <optional>

#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr size_t kTriedAtOnce = 8, kMostLayers = 16;
constexpr double kNearlyPp = 1;

class Reducer {
 public:
  Reducer(const ReductionRequest& request, const CountCorrect& count_correct)
      : request_(request),
        count_correct_(count_correct),
        result_{.limit_pp = request.limit_pp,
                .layers = {},
                .images = request.images,
                .float_correct = request.float_correct} {}

  Reduction Run() {
    result_.integer_correct = result_.mixed_correct = Count({});
    while (!Suffices(result_.mixed_correct) && chosen_.size() < kMostLayers) {
      const auto next = Best();
      if (!next || (request_.only_gains && next->correct <= result_.mixed_correct)) break;
      chosen_.push_back(next->layer);
      result_.mixed_correct = next->correct;
      Log("reduce: '" + next->layer + "' in float as well: " + std::string(request_.what) + " " +
          Percent(next->correct));
    }
    if (Suffices(result_.mixed_correct)) Prune();
    result_.within = Suffices(result_.mixed_correct);
    result_.layers = chosen_;
    return result_;
  }

 private:
  struct Trial {
    std::string layer;
    int64_t correct;
  };

  int64_t Count(const std::vector<std::string>& layers) {
    ++result_.evaluations;
    return count_correct_({layers.begin(), layers.end()});
  }

  bool Suffices(int64_t correct, double spare_pp = 0) const {
    const double drop = 100.0 * static_cast<double>(request_.float_correct - correct) /
                        static_cast<double>(std::max<int64_t>(request_.images, 1));
    return drop <= request_.limit_pp + spare_pp + 1e-9;
  }

  std::string Percent(int64_t correct) const {
    return FixedText(100.0 * static_cast<double>(correct) /
                         static_cast<double>(std::max<int64_t>(request_.images, 1)),
                     2) +
           "%";
  }

  // The first of the best; nothing where no suspect is left.
  std::optional<Trial> Best() {
    std::optional<Trial> best;
    size_t tried = 0;
    for (const std::string& suspect : request_.suspects) {
      if (std::ranges::find(chosen_, suspect) != chosen_.end()) continue;
      if (tried++ >= kTriedAtOnce && !(best && Suffices(best->correct, kNearlyPp))) break;
      std::vector<std::string> layers = chosen_;
      layers.push_back(suspect);
      const int64_t correct = Count(layers);
      if (!best || correct > best->correct) best = Trial{suspect, correct};
      if (Suffices(correct)) break;
    }
    return best;
  }

  void Prune() {
    for (size_t i = chosen_.size() > 1 ? chosen_.size() - 1 : 0; i-- > 0;) {
      std::vector<std::string> fewer = chosen_;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const int64_t correct = Count(fewer);
      if (!Suffices(correct)) continue;
      chosen_ = std::move(fewer);
      result_.mixed_correct = correct;
    }
  }

  const ReductionRequest& request_;
  const CountCorrect& count_correct_;
  Reduction result_;
  std::vector<std::string> chosen_;
};

}  // namespace

Reduction Reduce(const ReductionRequest& request, const CountCorrect& count_correct) {
  return Reducer(request, count_correct).Run();
}

}  // namespace quantbench
