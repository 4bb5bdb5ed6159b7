// SPDX-License-Identifier: Apache-2.0
// Image by image.
#include "classes/change.h"

#include <algorithm>
#include <array>
#include <map>

#include "classes/counts.h"
#include "compare/significance.h"

namespace quantbench {
namespace {

bool IsInFive(const TopFive& five, int label) { return std::ranges::count(five, label) > 0; }

// Empty where nothing that counts changed.
std::string_view KindOf(const TopFive& base, const TopFive& changed, int label) {
  if (base[0] == label && changed[0] != label) return kLost;
  if (base[0] != label && changed[0] == label) return kGained;
  if (base[0] != changed[0]) return kOther;
  if (IsInFive(base, label) && !IsInFive(changed, label)) return kTop5Lost;
  if (!IsInFive(base, label) && IsInFive(changed, label)) return kTop5Gained;
  return {};
}

// What an image is an example of: its class, and the wrong class that it has or had.
using Swap = std::pair<int, int>;
Swap SwapOf(const TopFive& base, const TopFive& changed, int label) {
  return {label, changed[0] != label ? changed[0] : base[0]};
}

// An image of each swap in turn.
std::vector<size_t> InTurns(const std::map<Swap, std::vector<size_t>>& swaps) {
  std::vector<const std::vector<size_t>*> lists;
  for (const auto& [swap, images] : swaps) lists.push_back(&images);
  std::ranges::stable_sort(lists, std::ranges::greater(),
                           [](const std::vector<size_t>* list) { return list->size(); });
  std::vector<size_t> order;
  for (size_t turn = 0; !lists.empty(); ++turn) {
    std::erase_if(lists, [&](const std::vector<size_t>* list) { return list->size() <= turn; });
    for (const std::vector<size_t>* list : lists) order.push_back((*list)[turn]);
  }
  return order;
}

}  // namespace

Flips CountFlips(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed) {
  Flips flips{.images = base.images};
  for (size_t i = 0; i < base.top5.size(); ++i) {
    const int label = results.labels()[i];
    const TopFive &before = base.top5[i], &after = changed.top5[i];
    flips.lost += before[0] == label && after[0] != label;
    flips.gained += before[0] != label && after[0] == label;
    flips.other_class += before[0] != after[0];
    flips.top5_lost += IsInFive(before, label) && !IsInFive(after, label);
    flips.top5_gained += !IsInFive(before, label) && IsInFive(after, label);
  }
  flips.p = McNemarExact(flips.lost, flips.gained);
  flips.top5_p = McNemarExact(flips.top5_lost, flips.top5_gained);
  return flips;
}

std::vector<ClassChange> ChangesByClass(const ClassResults& results, const CaseAnswers& base,
                                        const CaseAnswers& changed) {
  std::map<int, ClassChange> classes;
  for (const int label : results.ClassesThatOccur())
    static_cast<ClassName&>(classes[label]) = results.NameOf(label);
  for (size_t i = 0; i < base.top5.size(); ++i) {
    const int label = results.labels()[i];
    const TopFive &before = base.top5[i], &after = changed.top5[i];
    const bool was_right = before[0] == label, is_right = after[0] == label;
    ClassChange& one = classes.at(label);
    ++one.images;
    one.base_correct += was_right;
    one.new_correct += is_right;
    one.lost += was_right && !is_right;
    one.gained += !was_right && is_right;
    one.base_top5_correct += IsInFive(before, label);
    one.new_top5_correct += IsInFive(after, label);
  }
  std::vector<ClassChange> rows;
  for (auto& [label, one] : classes) rows.push_back(std::move(one));
  std::ranges::stable_sort(rows, [](const ClassChange& a, const ClassChange& b) {
    const int64_t net_a = a.new_correct - a.base_correct, net_b = b.new_correct - b.base_correct;
    return net_a != net_b ? net_a < net_b : a.lost > b.lost;
  });
  return rows;
}

std::vector<ConfusionChange> ConfusionsOfBoth(const ClassResults& results, const CaseAnswers& base,
                                              const CaseAnswers& changed) {
  std::map<std::pair<int64_t, int64_t>, ConfusionChange> pairs;
  const auto add = [&](const CaseAnswers& answers, int64_t ConfusionChange::*count) {
    for (const Confusion& one : ConfusionsOf(results, answers)) {
      ConfusionChange& change = pairs[{one.label, one.taken_for.label}];
      static_cast<ClassName&>(change) = one;
      change.taken_for = one.taken_for;
      change.*count = one.images;
    }
  };
  add(base, &ConfusionChange::base_images);
  add(changed, &ConfusionChange::new_images);
  std::vector<ConfusionChange> rows;
  for (auto& [key, one] : pairs) rows.push_back(std::move(one));
  std::ranges::stable_sort(rows, [](const ConfusionChange& a, const ConfusionChange& b) {
    return a.new_images != b.new_images ? a.new_images > b.new_images
                                        : a.base_images > b.base_images;
  });
  return rows;
}

std::vector<FlipOf> FlipsOf(const ClassResults& results, const CaseAnswers& base,
                            const CaseAnswers& changed) {
  constexpr std::array kKinds{kLost, kGained, kOther, kTop5Lost, kTop5Gained};
  std::array<std::map<Swap, std::vector<size_t>>, kKinds.size()> swaps;
  for (size_t i = 0; i < base.top5.size(); ++i) {
    const int label = results.labels()[i];
    const std::string_view kind = KindOf(base.top5[i], changed.top5[i], label);
    const auto found = std::ranges::find(kKinds, kind);
    if (found == kKinds.end()) continue;
    swaps[static_cast<size_t>(found - kKinds.begin())][SwapOf(base.top5[i], changed.top5[i], label)]
        .push_back(i);
  }
  std::vector<FlipOf> flips;
  for (size_t k = 0; k < kKinds.size(); ++k) {
    for (const size_t image : InTurns(swaps[k]))
      flips.push_back({.image = image, .kind = kKinds[k]});
  }
  return flips;
}

Flip ToFlip(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
            const FlipOf& flip) {
  return {.image = results.images()[flip.image],
          .change = std::string(flip.kind),
          .label = results.labels()[flip.image],
          .base = base.top5[flip.image],
          .changed = changed.top5[flip.image]};
}

}  // namespace quantbench
