// SPDX-License-Identifier: Apache-2.0
// What a tuning tried, what it chose, and how sure that is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "record/case_result.h"

namespace quantbench {

// One model that was tried.
struct TunedModel {
  std::string case_id, recipe;
  std::string origin;  // "fp32", "search" or "fallback"
  Status status = Status::kOk;
  std::string detail;
  std::optional<int64_t> images, top1_correct;  // of the search part
  std::optional<double> top1_percent, top1_drop_pp;
  std::optional<double> latency_ms_median, speedup_vs_fp32;
  std::optional<int64_t> model_bytes;
  std::optional<double> size_ratio;
  bool within = false;     // keeps the limit on the search part
  bool dominated = false;  // another one is better in something, and worse in nothing
  bool chosen = false;
};

template <>
struct Fields<TunedModel> {
  static constexpr std::tuple kAll{
      Field("case_id", &TunedModel::case_id),
      Field("recipe", &TunedModel::recipe),
      Field("origin", &TunedModel::origin),
      Field("status", &TunedModel::status),
      Field("detail", &TunedModel::detail),
      Field("images", &TunedModel::images),
      Field("top1_correct", &TunedModel::top1_correct),
      Field("top1_percent", &TunedModel::top1_percent, {.decimals = 4}),
      Field("top1_drop_pp", &TunedModel::top1_drop_pp, {.decimals = 4}),
      Field("latency_ms_median", &TunedModel::latency_ms_median, {.decimals = 6}),
      Field("speedup_vs_fp32", &TunedModel::speedup_vs_fp32, {.decimals = 3}),
      Field("model_bytes", &TunedModel::model_bytes),
      Field("size_ratio", &TunedModel::size_ratio, {.decimals = 4}),
      Field("within", &TunedModel::within),
      Field("dominated", &TunedModel::dominated),
      Field("chosen", &TunedModel::chosen)};
};

// Two models on the same images, which neither was chosen on.
struct PairedCounts {
  int64_t images = 0;
  int64_t float_correct = 0, correct = 0;
  int64_t only_float_right = 0, only_this_right = 0;
};

template <>
struct Fields<PairedCounts> {
  static constexpr std::tuple kAll{Field("images", &PairedCounts::images),
                                   Field("float_correct", &PairedCounts::float_correct),
                                   Field("correct", &PairedCounts::correct),
                                   Field("only_float_right", &PairedCounts::only_float_right),
                                   Field("only_this_right", &PairedCounts::only_this_right)};
};

// One look at the images that the search never saw.
struct ProofLook {
  std::string case_id, recipe;
  PairedCounts counts;
  double drop_pp = 0;                    // observed: fp32's Top-1 less this one's
  double bound_pp = 0;                   // the drop is below that, with the confidence
  double confidence = 0;                 // of this look
  std::string verdict;                   // "proven", "undecided" or "outside"
  std::optional<int64_t> images_needed;  // that would prove it, if they showed the same
};

template <>
struct Fields<ProofLook> {
  static constexpr std::tuple kAll{Field("case_id", &ProofLook::case_id),
                                   Field("recipe", &ProofLook::recipe),
                                   Embedded(&ProofLook::counts),
                                   Field("drop_pp", &ProofLook::drop_pp, {.decimals = 4}),
                                   Field("bound_pp", &ProofLook::bound_pp, {.decimals = 4}),
                                   Field("confidence", &ProofLook::confidence, {.decimals = 6}),
                                   Field("verdict", &ProofLook::verdict),
                                   Field("images_needed", &ProofLook::images_needed)};
};

struct Tuning {
  std::string scenario, model, backend, isa;
  std::string objective;  // "latency" or "size"
  double max_drop_pp = 0, confidence = 0;
  int64_t search_images = 0, proof_images = 0;
  std::string verdict;  // of the chosen model, as of its look; "none" where none keeps the limit
  std::string chosen;   // case_id
  std::optional<double> latency_ms_median, speedup_vs_fp32;  // measured anew, once it was chosen
  std::string words;                                         // one paragraph
  std::vector<TunedModel> models;                            // fp32 first
  std::vector<ProofLook> looks;
};

template <>
struct Fields<Tuning> {
  static constexpr std::tuple kAll{Computed<Tuning, int>("schema", [](const Tuning&) { return 1; }),
                                   Field("scenario", &Tuning::scenario),
                                   Field("model", &Tuning::model),
                                   Field("backend", &Tuning::backend),
                                   Field("isa", &Tuning::isa),
                                   Field("objective", &Tuning::objective),
                                   Field("max_drop_pp", &Tuning::max_drop_pp),
                                   Field("confidence", &Tuning::confidence),
                                   Field("search_images", &Tuning::search_images),
                                   Field("proof_images", &Tuning::proof_images),
                                   Field("verdict", &Tuning::verdict),
                                   Field("chosen", &Tuning::chosen),
                                   Field("latency_ms_median", &Tuning::latency_ms_median),
                                   Field("speedup_vs_fp32", &Tuning::speedup_vs_fp32),
                                   Field("words", &Tuning::words),
                                   Field("looks", &Tuning::looks),
                                   Field("models", &Tuning::models, {.required = true})};
};

// A row a model.
void WriteTuningCsv(const Tuning& tuning, std::ostream& stream);
void WriteTuningJson(const Tuning& tuning, std::ostream& stream);

}  // namespace quantbench
