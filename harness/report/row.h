// SPDX-License-Identifier: Apache-2.0
// One row of the results: a case and all that was measured of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "latency/repetition.h"

namespace quantbench {

enum class Status { kOk, kFailed, kCrashed, kUnsupported, kTimeout, kSkipped };
std::string_view ToString(Status status);
std::optional<Status> StatusOf(std::string_view name);

struct Row {
  std::string scenario, case_id;
  Status status = Status::kOk;
  std::string detail;  // why a case is not ok, or why a cell is empty
  std::string model, backend, backend_version, isa;
  std::string precision, quantization, observer, granularity;
  int batch_size = 1, threads = 1;
  std::optional<int64_t> images, top1_correct, top5_correct;
  std::optional<double> top1_percent, top5_percent, top1_drop_pp;
  std::optional<int64_t> model_bytes;
  std::optional<double> size_ratio;  // model_bytes / model_bytes of the fp32 row
  std::optional<double> latency_ms_median, latency_ms_mean, latency_ms_min, latency_ms_p90;
  std::optional<double> latency_cv_percent;
  std::optional<int64_t> latency_samples;
  std::optional<double> images_per_second, speedup_vs_fp32;
  std::string qconfig;       // PyTorch's recipe that set observer and granularity
  std::string outputs_hash;  // of all scores of all images: equal for backends equal to the bit
  std::optional<int64_t> latency_repetitions, latency_outliers;
  std::optional<double> latency_preempted_percent;  // of the samples
  // Nodes of the model that the backend runs as naive defaults, where it tells.
  std::optional<int64_t> fallback_nodes;
  // results.json only: the classes of each image, as a path from the results' folder.
  std::string predictions_file;
  // results.json only: the samples repetition after repetition, and what each repetition found.
  std::vector<double> latency_samples_ms;
  std::vector<Repetition> repetitions;
};

// A cell: empty, text, an integer, or a number with the decimals that its column shows.
struct Decimal {
  double value;
  int decimals;
};
using Cell = std::variant<std::monostate, std::string, int64_t, Decimal>;

struct Column {
  std::string_view name;
  Cell (*cell)(const Row& row);
};

// The columns of results.csv, in their fixed order. New ones are appended at the end.
std::span<const Column> Columns();

// '.' as decimal point in any locale; empty cells are empty.
std::string ToString(const Cell& cell);

// Fills in what compares a row with its fp32 row: top1_drop_pp and size_ratio with the fp32 row of
// the same backend, speedup_vs_fp32 with that of the same backend, batch size and threads.
void JoinWithFp32(std::span<Row> rows);

}  // namespace quantbench
