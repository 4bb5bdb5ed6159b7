// SPDX-License-Identifier: Apache-2.0
// What was measured of a case, as it was measured: from this alone its row of the results follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recipe/names.h"
#include "recipe/techniques.h"
#include "recipe/values.h"
#include "record/accuracy.h"
#include "record/agreement.h"
#include "record/field.h"
#include "record/repetition.h"

namespace quantbench {

// kPartial: good as far as it goes, which isn't all images or all that was to be measured.
enum class Status { kOk, kFailed, kCrashed, kUnsupported, kTimeout, kSkipped, kPartial };
std::string_view ToString(Status status);
std::optional<Status> StatusOf(std::string_view name);

// How a unit of work ended where it has no result.
struct Failure {
  Status status = Status::kFailed;
  std::string detail;
};

template <>
struct Fields<Failure> {
  static constexpr std::tuple kAll{Field("status", &Failure::status),
                                   Field("detail", &Failure::detail)};
};

// The repetitions of a case so far.
struct Latency {
  std::vector<double> samples_ms;  // that were kept, repetition after repetition
  std::vector<Repetition> repetitions;

  void Add(const RepetitionSamples& samples);
};

template <>
struct Fields<Latency> {
  static constexpr std::tuple kAll{Field("latency_samples_ms", &Latency::samples_ms),
                                   Field("repetitions", &Latency::repetitions)};
};

struct CaseResult {
  std::string scenario, case_id;
  Status status = Status::kOk;
  std::string detail;   // why a case is not ok, why a cell is empty or a figure is doubtful
  std::string doubt;    // what of it the run's table says too; in no file
  std::string network;  // of a scenario with several; empty where there is one
  std::string model, backend, backend_version, isa;
  std::string precision, quantization, observer, granularity;
  std::string qconfig;  // PyTorch's recipe that set observer and granularity
  std::string techniques, weight_observer, weight_bits, activation_bits;
  std::string layers;  // that differ from the rest
  int batch_size = 1, threads = 1;
  std::optional<int64_t> streams;  // that ran at once, where their throughput was measured
  std::optional<int64_t> model_bytes;
  std::optional<Accuracy> accuracy;
  // With the calibration images of each seed, the scenario's own first; nothing where there is one.
  std::vector<double> top1_percent_by_seed;
  std::string predictions_file;        // the classes of each image, a path from the results' folder
  std::string predictions_hash;        // of that file
  std::optional<Agreement> agreement;  // of engines that aren't exact
  Latency latency;
  Preparation preparation;
  Memory memory;  // the most of its repetitions
};

template <>
struct Fields<CaseResult> {
  // A qconfig's name says it in one word; without calibration, how the ranges are found instead.
  static std::string ShownObserver(const CaseResult& row) {
    if (!row.qconfig.empty()) return row.qconfig;
    const bool calibrated = !Is(row.quantization, Quantization::kDynamic) &&
                            !Is(row.quantization, Quantization::kGiven);
    return calibrated ? row.observer : "(" + row.quantization + ")";
  }
  static std::string ShownQuantization(const CaseResult& row) {
    return Is(row.quantization, Quantization::kNone) ? "" : row.quantization;
  }

  static std::string ShownBackend(const CaseResult& row) {
    return BackendLabel(row.backend, row.isa);
  }
  static std::string ShownWeightObserver(const CaseResult& row) {
    return Is(row.weight_observer, WeightObserver::kMinmax) ? "" : row.weight_observer;
  }
  static std::string ShownWeightBits(const CaseResult& row) {
    return row.weight_bits == std::to_string(kMostWeightBits) ? "" : row.weight_bits;
  }
  static std::string ShownActivationBits(const CaseResult& row) {
    return row.activation_bits == std::to_string(kActivationBits) ? "" : row.activation_bits;
  }
  static std::string ShownTechniques(const CaseResult& row) {
    return row.techniques == kNoTechnique ? "" : row.techniques;
  }

  static constexpr std::tuple kAll{
      Field("scenario", &CaseResult::scenario, {.column = 1}),
      Field("case_id", &CaseResult::case_id, {.column = 2, .required = true}),
      Field("status", &CaseResult::status,
            {.column = 3,
             .required = true,
             .kind = ColumnKind::kChoice,
             .page = {.place = 190, .title = "Status", .hint = "ok, or what became of the case"}}),
      Field("detail", &CaseResult::detail, {.column = 4}),
      Field("model", &CaseResult::model, {.column = 5}),
      Field("network", &CaseResult::network,
            {.column = 57,
             .kind = ColumnKind::kChoice,
             .page = {.place = 12, .title = "Network", .hint = "of the scenario's networks"},
             .terminal = {.place = 5, .title = "network", .yields = Yields::kShortens}}),
      Field("backend", &CaseResult::backend,
            {.column = 6,
             .kind = ColumnKind::kName,
             .page = {.place = 10, .title = "Backend", .hint = "plugin"},
             .terminal = {.place = 10,
                          .title = "backend",
                          .yields = Yields::kShortens,
                          .text = ShownBackend}}),
      Field("backend_version", &CaseResult::backend_version, {.column = 7}),
      Field("isa", &CaseResult::isa, {.column = 8}),
      Field("precision", &CaseResult::precision,
            {.column = 9,
             .kind = ColumnKind::kName,
             .page = {.place = 20, .title = "Type", .hint = "number type"},
             .terminal = {.place = 20, .title = "type", .yields = Yields::kWhereConstant}}),
      Field("quantization", &CaseResult::quantization,
            {.column = 10,
             .kind = ColumnKind::kChoice,
             .page = {.place = 30,
                      .title = "Quantisation",
                      .hint = "static: from calibration; dynamic: at run time",
                      .text = ShownQuantization}}),
      Field("observer", &CaseResult::observer,
            {.column = 11,
             .kind = ColumnKind::kChoice,
             .page = {.place = 50,
                      .title = "Observer",
                      .hint = "what chose the ranges of activations"},
             .terminal = {.place = 30,
                          .title = "observer",
                          .yields = Yields::kShortens,
                          .text = ShownObserver}}),
      Field("granularity", &CaseResult::granularity,
            {.column = 12,
             .kind = ColumnKind::kChoice,
             .page = {.place = 60, .title = "Granularity", .hint = "of the weights' scales"},
             .terminal = {.place = 40, .title = "granularity", .yields = Yields::kWhereConstant}}),
      Field("batch_size", &CaseResult::batch_size,
            {.column = 13,
             .kind = ColumnKind::kChoice,
             .page = {.place = 70, .title = "Batch", .hint = "images a run"},
             .terminal = {.place = 50, .title = "batch", .yields = Yields::kWhereConstant}}),
      Field("threads", &CaseResult::threads,
            {.column = 14,
             .kind = ColumnKind::kChoice,
             .page = {.place = 80, .title = "Threads", .hint = "workers of a run"},
             .terminal = {.place = 60, .title = "thr", .yields = Yields::kWhereConstant}}),
      Embedded(&CaseResult::accuracy),
      Field("model_bytes", &CaseResult::model_bytes,
            {.column = 21,
             .best = Best::kLowest,
             .per = 1e6,
             .shown_decimals = 2,
             .page = {.place = 90, .title = "MB", .hint = "size of the model's file, 1e6 bytes"},
             .terminal = {.place = 70, .title = "MB", .yields = Yields::kNever}}),
      Field("qconfig", &CaseResult::qconfig,
            {.column = 32,
             .kind = ColumnKind::kChoice,
             .page = {.place = 40, .title = "Qconfig", .hint = "PyTorch's recipe"}}),
      Field("techniques", &CaseResult::techniques,
            {.column = 46,
             .kind = ColumnKind::kChoice,
             .page = {.place = 65,
                      .title = "Techniques",
                      .hint = "what was done to the network beside quantising it",
                      .text = ShownTechniques},
             .terminal = {.place = 45,
                          .title = "techniques",
                          .yields = Yields::kWhereConstant,
                          .text = ShownTechniques}}),
      Field("weight_observer", &CaseResult::weight_observer,
            {.column = 47,
             .kind = ColumnKind::kChoice,
             .page = {.place = 62,
                      .title = "Weights",
                      .hint = "what chose the ranges of weights",
                      .text = ShownWeightObserver},
             .terminal = {.place = 42,
                          .title = "weights",
                          .yields = Yields::kWhereConstant,
                          .text = ShownWeightObserver}}),
      Field("weight_bits", &CaseResult::weight_bits,
            {.column = 48,
             .kind = ColumnKind::kChoice,
             .page = {.place = 63, .title = "Bits", .hint = "of a weight", .text = ShownWeightBits},
             .terminal = {.place = 43,
                          .title = "bits",
                          .yields = Yields::kWhereConstant,
                          .text = ShownWeightBits}}),
      Field("activation_bits", &CaseResult::activation_bits,
            {.column = 58,
             .kind = ColumnKind::kChoice,
             .page = {.place = 64,
                      .title = "Activation bits",
                      .hint = "of an activation",
                      .text = ShownActivationBits},
             .terminal = {.place = 44,
                          .title = "act bits",
                          .yields = Yields::kWhereConstant,
                          .text = ShownActivationBits}}),
      Field("layers", &CaseResult::layers,
            {.column = 49,
             .kind = ColumnKind::kChoice,
             .page = {.place = 66, .title = "Layers", .hint = "that differ from the rest"},
             .terminal = {.place = 46, .title = "layers", .yields = Yields::kShortens}}),
      Embedded(&CaseResult::preparation),
      Embedded(&CaseResult::memory),
      Field("streams", &CaseResult::streams,
            {.column = 37,
             .least = 1,
             .kind = ColumnKind::kChoice,
             .page = {.place = 85, .title = "Streams", .hint = "runs at once, for throughput"},
             .terminal = {.place = 65, .title = "streams", .yields = Yields::kWhereConstant}}),
      Embedded(&CaseResult::agreement),
      Embedded(&CaseResult::latency),
      Field("top1_percent_by_seed", &CaseResult::top1_percent_by_seed),
      Field("predictions_file", &CaseResult::predictions_file),
      Field("predictions_hash", &CaseResult::predictions_hash)};
};

}  // namespace quantbench
