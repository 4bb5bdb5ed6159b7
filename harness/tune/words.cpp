// SPDX-License-Identifier: Apache-2.0
// What was chosen, what it costs and brings, and how sure that is.
#include "tune/words.h"

#include <algorithm>
#include <cmath>

#include "support/number_text.h"
#include "tune/pareto.h"
#include "tune/proof.h"

namespace quantbench {
namespace {

std::string PointsText(double points) {
  return TrimmedText(points, 2) + (TrimmedText(points, 2) == "1" ? " point" : " points");
}

std::string ShareText(int64_t count, int64_t all) {
  return FixedText(100.0 * static_cast<double>(count) / static_cast<double>(all), 2) + "%";
}

std::string GroupedText(int64_t count) {
  std::string digits = std::to_string(count);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

// 1,400 rather than 1,387: it is an estimate.
std::string RoughText(int64_t count) {
  const double step = std::pow(10, std::max(0.0, std::floor(std::log10(count)) - 1));
  return GroupedText(static_cast<int64_t>(std::ceil(static_cast<double>(count) / step) * step));
}

const TunedModel& ModelOf(const Tuning& tuning, const std::string& case_id) {
  return *std::ranges::find(tuning.models, case_id, &TunedModel::case_id);
}

std::string Costs(const Tuning& tuning, const TunedModel& model) {
  std::string text = "The choice is " + ShortName(model.recipe) + " on " + tuning.backend;
  if (tuning.latency_ms_median) {
    text += ": " + SignificantText(*tuning.latency_ms_median, 3) + " ms";
    if (tuning.speedup_vs_fp32)
      text += ", " + FixedText(*tuning.speedup_vs_fp32, 2) + " times as fast as fp32";
  }
  if (model.model_bytes && model.size_ratio) {
    text += "; a file of " + SizeText(*model.model_bytes) + ", " + FixedText(*model.size_ratio, 2) +
            " of fp32's";
  }
  return text + ".";
}

std::string Observed(const ProofLook& look) {
  const PairedCounts& counts = look.counts;
  const std::string change = look.drop_pp > 0   ? PointsText(look.drop_pp) + " less"
                             : look.drop_pp < 0 ? PointsText(-look.drop_pp) + " more"
                                                : std::string("the same");
  return " On the " + CountText(counts.images, "image") + " that the search never saw Top-1 is " +
         ShareText(counts.correct, counts.images) + ", fp32's " +
         ShareText(counts.float_correct, counts.images) + ": " + change + " (" +
         std::to_string(counts.only_float_right) + " only fp32 gets right, " +
         std::to_string(counts.only_this_right) + " only this one).";
}

// Of models that come before the chosen one, and lost it there.
std::string Earlier(const Tuning& tuning) {
  const auto count = std::ranges::count(tuning.looks, kOutside, &ProofLook::verdict);
  if (count == 0) return "";
  return " " + std::to_string(count) +
         (count == 1 ? " other that the search preferred loses"
                     : " others that the search preferred lose") +
         " more than the limit there.";
}

// A look has a little more confidence than was asked for, all looks together have that.
std::string Certainty(const Tuning& tuning, const ProofLook& look) {
  std::string text = " With " + TrimmedText(100 * tuning.confidence, 2) + "% confidence ";
  text += look.bound_pp > 0 ? "the drop is below " + PointsText(look.bound_pp) : "nothing is lost";
  if (look.verdict == kProven)
    return text + ", inside the limit of " + PointsText(tuning.max_drop_pp) + ".";
  text += ": too few images to show that it is below " + PointsText(tuning.max_drop_pp);
  if (!look.images_needed) return text + ", and it lies right at that.";
  return text + "; about " + RoughText(*look.images_needed) +
         " unseen ones like these would, twice as many in all.";
}

// What the limit costs: the model that would be faster (or smaller) and loses the least beyond it.
std::string Price(const Tuning& tuning, const TunedModel& chosen) {
  const TunedModel* other = nullptr;
  for (const TunedModel& model : tuning.models) {
    if (model.origin == "fp32" || model.within || model.status != Status::kOk ||
        !model.top1_drop_pp || !IsCheaper(model, chosen, tuning.objective))
      continue;
    if (other == nullptr || *model.top1_drop_pp < *other->top1_drop_pp) other = &model;
  }
  if (other == nullptr) return "";
  std::string text = " The limit has a price: " + ShortName(other->recipe) + " takes ";
  if (tuning.objective == ToString(Objective::kLatency)) {
    text += SignificantText(*other->latency_ms_median, 3) + " ms in place of " +
            SignificantText(*chosen.latency_ms_median, 3);
  } else {
    text +=
        GroupedText(*other->model_bytes) + " bytes in place of " + GroupedText(*chosen.model_bytes);
  }
  return text + ", but lost " + PointsText(*other->top1_drop_pp) + " in the search.";
}

std::string NothingFound(const Tuning& tuning) {
  std::string text = "No model keeps the limit of " + PointsText(tuning.max_drop_pp);
  const TunedModel* nearest = nullptr;
  for (const TunedModel& model : tuning.models) {
    if (model.origin != "fp32" && model.top1_drop_pp &&
        (nearest == nullptr || *model.top1_drop_pp < *nearest->top1_drop_pp))
      nearest = &model;
  }
  if (!tuning.looks.empty()) {
    text += ": on images that the search never saw " + ShortName(tuning.looks.back().recipe) +
            " loses " + PointsText(tuning.looks.back().drop_pp);
  } else if (nearest != nullptr) {
    text += "; the nearest is " + ShortName(nearest->recipe) + ", which loses " +
            PointsText(*nearest->top1_drop_pp);
  }
  return text +
         ". A scenario with more granularities, observers or techniques gives more to "
         "choose from; quantbench diagnose says which layers lose it.";
}

}  // namespace

std::string ShortName(const std::string& recipe) {
  const std::string in_float = "=" + std::string(ToString(Precision::kFp32));
  size_t layers = 0;
  for (size_t at = recipe.find(in_float); at != std::string::npos;
       at = recipe.find(in_float, at + 1))
    ++layers;
  if (layers < 2) return recipe;
  const size_t names = recipe.rfind(' ', recipe.find(in_float));
  return recipe.substr(0, names) + ", " + CountText(layers, "layer") + " fp32";
}

std::string WordsOf(const Tuning& tuning) {
  if (tuning.chosen.empty()) return NothingFound(tuning);
  const ProofLook& look = *std::ranges::find(tuning.looks, tuning.chosen, &ProofLook::case_id);
  const TunedModel& model = ModelOf(tuning, tuning.chosen);
  return Costs(tuning, model) + Observed(look) + Earlier(tuning) + Certainty(tuning, look) +
         Price(tuning, model);
}

}  // namespace quantbench
