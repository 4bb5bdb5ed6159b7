// SPDX-License-Identifier: Apache-2.0
// The table of columns and the figures that compare rows.
#include "report/row.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "recipe/values.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr std::array<std::string_view, 6> kStatusNames = {"ok",          "failed",  "crashed",
                                                          "unsupported", "timeout", "skipped"};

Cell Text(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

Cell Integer(std::optional<int64_t> value) {
  if (!value) return {};
  return *value;
}

template <int kDecimals>
Cell Number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return {};
  return Decimal{.value = *value, .decimals = kDecimals};
}

constexpr Column kColumns[] = {
    {"scenario", [](const Row& r) { return Text(r.scenario); }},
    {"case_id", [](const Row& r) { return Text(r.case_id); }},
    {"status", [](const Row& r) { return Text(std::string(ToString(r.status))); }},
    {"detail", [](const Row& r) { return Text(r.detail); }},
    {"model", [](const Row& r) { return Text(r.model); }},
    {"backend", [](const Row& r) { return Text(r.backend); }},
    {"backend_version", [](const Row& r) { return Text(r.backend_version); }},
    {"isa", [](const Row& r) { return Text(r.isa); }},
    {"precision", [](const Row& r) { return Text(r.precision); }},
    {"quantization", [](const Row& r) { return Text(r.quantization); }},
    {"observer", [](const Row& r) { return Text(r.observer); }},
    {"granularity", [](const Row& r) { return Text(r.granularity); }},
    {"batch_size", [](const Row& r) { return Integer(r.batch_size); }},
    {"threads", [](const Row& r) { return Integer(r.threads); }},
    {"images", [](const Row& r) { return Integer(r.images); }},
    {"top1_correct", [](const Row& r) { return Integer(r.top1_correct); }},
    {"top5_correct", [](const Row& r) { return Integer(r.top5_correct); }},
    {"top1_percent", [](const Row& r) { return Number<2>(r.top1_percent); }},
    {"top5_percent", [](const Row& r) { return Number<2>(r.top5_percent); }},
    {"top1_drop_pp", [](const Row& r) { return Number<2>(r.top1_drop_pp); }},
    {"model_bytes", [](const Row& r) { return Integer(r.model_bytes); }},
    {"size_ratio", [](const Row& r) { return Number<4>(r.size_ratio); }},
    {"latency_ms_median", [](const Row& r) { return Number<4>(r.latency_ms_median); }},
    {"latency_ms_mean", [](const Row& r) { return Number<4>(r.latency_ms_mean); }},
    {"latency_ms_min", [](const Row& r) { return Number<4>(r.latency_ms_min); }},
    {"latency_ms_p90", [](const Row& r) { return Number<4>(r.latency_ms_p90); }},
    {"latency_cv_percent", [](const Row& r) { return Number<2>(r.latency_cv_percent); }},
    {"latency_samples", [](const Row& r) { return Integer(r.latency_samples); }},
    {"images_per_second", [](const Row& r) { return Number<2>(r.images_per_second); }},
    {"speedup_vs_fp32", [](const Row& r) { return Number<3>(r.speedup_vs_fp32); }},
    {"outputs_hash", [](const Row& r) { return Text(r.outputs_hash); }},
    {"qconfig", [](const Row& r) { return Text(r.qconfig); }},
    {"latency_repetitions", [](const Row& r) { return Integer(r.latency_repetitions); }},
    {"latency_outliers", [](const Row& r) { return Integer(r.latency_outliers); }},
    {"latency_preempted_percent",
     [](const Row& r) { return Number<2>(r.latency_preempted_percent); }},
    {"fallback_nodes", [](const Row& r) { return Integer(r.fallback_nodes); }},
};

const Row* Fp32RowOf(const Row& row, std::span<const Row> rows, bool same_run) {
  for (const Row& other : rows) {
    if (!IsFloat(other.precision) || other.backend != row.backend || other.status != Status::kOk)
      continue;
    if (!same_run || (other.batch_size == row.batch_size && other.threads == row.threads))
      return &other;
  }
  return nullptr;
}

}  // namespace

std::string_view ToString(Status status) { return kStatusNames[static_cast<size_t>(status)]; }

std::optional<Status> StatusOf(std::string_view name) {
  const auto found = std::find(kStatusNames.begin(), kStatusNames.end(), name);
  if (found == kStatusNames.end()) return std::nullopt;
  return static_cast<Status>(found - kStatusNames.begin());
}

std::span<const Column> Columns() { return kColumns; }

std::string ToString(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return std::to_string(*integer);
  const auto* number = std::get_if<Decimal>(&cell);
  if (number == nullptr) return {};
  return FixedText(number->value, number->decimals);
}

void JoinWithFp32(std::span<Row> rows) {
  for (Row& row : rows) {
    if (const Row* fp32 = Fp32RowOf(row, rows, false)) {
      if (row.top1_percent && fp32->top1_percent)
        row.top1_drop_pp = *fp32->top1_percent - *row.top1_percent;
      if (row.model_bytes && fp32->model_bytes) {
        row.size_ratio =
            static_cast<double>(*row.model_bytes) / static_cast<double>(*fp32->model_bytes);
      }
    }
    const Row* fp32 = Fp32RowOf(row, rows, true);
    if (fp32 != nullptr && row.latency_ms_median && fp32->latency_ms_median) {
      row.speedup_vs_fp32 = *fp32->latency_ms_median / *row.latency_ms_median;
    }
  }
}

}  // namespace quantbench
