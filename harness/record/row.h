// SPDX-License-Identifier: Apache-2.0
// A row of the results: a case's result, and the summary that follows from it and its fp32 row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "record/case_result.h"
#include "record/latency_summary.h"
#include "support/intervals.h"

namespace quantbench {

struct Summary {
  std::optional<double> top1_percent, top5_percent;
  std::optional<double> latency_ms_median, latency_ms_mean, latency_ms_min, latency_ms_p90;
  std::optional<double> latency_ms_low, latency_ms_high;  // see IntervalOfMedian
  std::optional<double> latency_cv_percent, latency_preempted_percent;
  std::optional<int64_t> latency_samples, latency_repetitions, latency_outliers;
  std::optional<double> images_per_second, throughput_images_per_s;
  std::optional<double> top1_drop_pp, size_ratio, speedup_vs_fp32;  // against the fp32 row
  // Over the seeds of calibration.
  std::optional<double> top1_percent_seeds_min, top1_percent_seeds_max, top1_percent_seeds_sd;
  std::optional<double> speedup_low, speedup_high;  // see SpeedupInterval
};

struct Row : CaseResult {
  Summary summary;
};

// What a derived figure is computed from. What stands before it in the table below is derived
// already, in all rows. Nothing where there is none.
struct Basis {
  const Row& row;
  const Row* fp32;         // the fp32 row of the same backend that is ok
  const Row* fp32_of_run;  // and that of the same batch size and threads
  const LatencySummary* latency;
  // Of speedup_vs_fp32: see SpeedupInterval.
  mutable std::optional<std::optional<ConfidenceInterval>> speedup_interval{};
};

// Computes the summaries of all rows of a run anew.
void Derive(std::span<Row> rows);

namespace derive {

using Number = std::optional<double>;
using Count = std::optional<int64_t>;

constexpr double kLeastMs = 1e-9;  // beyond any machine, and still fit for arithmetic

inline Number Percent(const std::optional<Accuracy>& accuracy, int64_t Accuracy::*correct) {
  if (!accuracy || accuracy->images == 0) return std::nullopt;
  return 100.0 * static_cast<double>((*accuracy).*correct) / static_cast<double>(accuracy->images);
}

// Of Top-1 over the seeds of calibration, where there are several.
inline Number OfSeeds(const Basis& basis, double (*figure)(std::span<const double>)) {
  const std::vector<double>& seeds = basis.row.top1_percent_by_seed;
  return seeds.size() < 2 ? std::nullopt : Number(figure(seeds));
}
double LeastOf(std::span<const double> values);
double MostOf(std::span<const double> values);
double StandardDeviationOf(std::span<const double> values);  // of a sample: over n - 1

// Of all streams together.
inline Number Throughput(const Basis& basis) {
  return basis.latency == nullptr ? std::nullopt : basis.latency->throughput_images_per_s;
}

// Where the speed-up lies (95%), by the repetitions of both rows; computed once a basis. Others
// disturb in bursts that outlast repetitions, and rows that live on memory more than those that
// live in a cache: of what that added to the medians, repetitions alone can't tell. But it only
// ever adds, and to the fast runs least. So the interval holds both what the medians allow and what
// the fast runs do (IntervalOfRatio of each); on a quiet machine they nearly agree. Of throughput
// there are no fast runs.
// tests/latency/intervals.py tells how often it holds the truth.
std::optional<ConfidenceInterval> SpeedupInterval(const Basis& basis);

template <auto kMember>
auto OfLatency(const Basis& basis) {
  using Value = std::optional<std::remove_cvref_t<decltype(basis.latency->*kMember)>>;
  return basis.latency == nullptr ? Value() : Value(basis.latency->*kMember);
}

}  // namespace derive

template <>
struct Fields<Summary> {
  static constexpr std::tuple kAll{
      Field("top1_percent", &Summary::top1_percent,
            [](const Basis& b) { return derive::Percent(b.row.accuracy, &Accuracy::top1_correct); },
            {.column = 18,
             .decimals = 2,
             .most = 100,
             .best = Best::kHighest,
             .shown_decimals = 2,
             .page = {.place = 110, .title = "Top-1 %", .hint = "images whose best class is right"},
             .terminal = {.place = 80, .title = "Top-1", .yields = Yields::kNever}}),
      Field("top5_percent", &Summary::top5_percent,
            [](const Basis& b) { return derive::Percent(b.row.accuracy, &Accuracy::top5_correct); },
            {.column = 19,
             .decimals = 2,
             .most = 100,
             .best = Best::kHighest,
             .shown_decimals = 2,
             .page = {.place = 130,
                      .title = "Top-5 %",
                      .hint = "images with the right class among the best five"},
             .terminal = {.place = 90, .title = "Top-5"}}),
      Field("top1_drop_pp", &Summary::top1_drop_pp,
            [](const Basis& b) -> derive::Number {
              if (b.fp32 == nullptr) return std::nullopt;
              const derive::Number base = b.fp32->summary.top1_percent,
                                   own = b.row.summary.top1_percent;
              return base && own ? derive::Number(*base - *own) : std::nullopt;
            },
            {.column = 20,
             .decimals = 2,
             .least = -100,
             .most = 100,
             .times = -1,  // what is lost is negative
             .shown_decimals = 2,
             .is_change = true,
             .page = {.place = 120,
                      .title = "vs fp32",
                      .hint = "percentage points of Top-1 against fp32"}}),
      Field("size_ratio", &Summary::size_ratio,  // model_bytes / model_bytes of the fp32 row
            [](const Basis& b) -> derive::Number {
              if (b.fp32 == nullptr || !b.row.model_bytes || !b.fp32->model_bytes)
                return std::nullopt;
              return static_cast<double>(*b.row.model_bytes) /
                     static_cast<double>(*b.fp32->model_bytes);
            },
            {.column = 22,
             .decimals = 4,
             .times = 100,
             .page = {.place = 100,
                      .title = "Size",
                      .hint = "of the fp32 model's bytes",
                      .suffix = "%"}}),
      Field("latency_ms_median", &Summary::latency_ms_median,
            derive::OfLatency<&LatencySummary::median_ms>,
            {.column = 23,
             .decimals = 4,
             .least = derive::kLeastMs,
             .kind = ColumnKind::kTime,
             .shown_decimals = 3,
             .low = &Summary::latency_ms_low,
             .high = &Summary::latency_ms_high,
             .page = {.place = 140, .title = "ms", .hint = "median latency of a batch"},
             .terminal =
                 {.place = 100, .title = "ms", .yields = Yields::kNever, .three_digits = true}}),
      Field("latency_ms_mean", &Summary::latency_ms_mean,
            derive::OfLatency<&LatencySummary::mean_ms>,
            {.column = 24, .decimals = 4, .least = derive::kLeastMs}),
      Field("latency_ms_min", &Summary::latency_ms_min, derive::OfLatency<&LatencySummary::min_ms>,
            {.column = 25, .decimals = 4, .least = derive::kLeastMs}),
      Field("latency_ms_p90", &Summary::latency_ms_p90, derive::OfLatency<&LatencySummary::p90_ms>,
            {.column = 26,
             .decimals = 4,
             .least = derive::kLeastMs,
             .kind = ColumnKind::kTime,
             .shown_decimals = 3,
             .page = {.place = 150,
                      .title = "p90 ms",
                      .hint = "nine of ten batches take no longer"}}),
      Field("latency_cv_percent", &Summary::latency_cv_percent,
            derive::OfLatency<&LatencySummary::cv_percent>,
            {.column = 27,
             .decimals = 2,
             .kind = ColumnKind::kTime,
             .shown_decimals = 1,
             .page = {.place = 160,
                      .title = "CV %",
                      .hint = "standard deviation over mean of the latencies"}}),
      Field("latency_samples", &Summary::latency_samples,
            derive::OfLatency<&LatencySummary::samples>, {.column = 28}),
      Field("images_per_second", &Summary::images_per_second,
            [](const Basis& b) {
              const derive::Number throughput = derive::Throughput(b),
                                   median = b.row.summary.latency_ms_median;
              if (throughput) return throughput;
              return median ? derive::Number(b.row.batch_size * 1e3 / *median) : std::nullopt;
            },
            {.column = 29,
             .decimals = 2,
             .kind = ColumnKind::kTime,
             .best = Best::kHighest,
             .shown_decimals = 1,
             .page = {.place = 170, .title = "Images/s", .hint = "images a second"},
             .terminal = {.place = 110, .title = "img/s"}}),
      Field("speedup_vs_fp32", &Summary::speedup_vs_fp32,
            [](const Basis& b) -> derive::Number {
              if (b.fp32_of_run == nullptr) return std::nullopt;
              const bool loaded = b.row.streams.has_value();
              const auto figure =
                  loaded ? &Summary::images_per_second : &Summary::latency_ms_median;
              const derive::Number base = b.fp32_of_run->summary.*figure,
                                   own = b.row.summary.*figure;
              if (!base || !own) return std::nullopt;
              return loaded ? *own / *base : *base / *own;
            },
            {.column = 30,
             .decimals = 3,
             .kind = ColumnKind::kTime,
             .shown_decimals = 2,
             .low = &Summary::speedup_low,
             .high = &Summary::speedup_high,
             .page = {.place = 180,
                      .title = "Speed-up",
                      .hint =
                          "against fp32 on the same backend, with the same batch and threads: its "
                          "latency over this one, or this throughput over its",
                      .suffix = "\u00D7"},
             .terminal =
                 {.place = 120, .title = "speedup", .yields = Yields::kLeavesLast, .suffix = "x"}}),
      Field("latency_repetitions", &Summary::latency_repetitions,
            [](const Basis& b) {
              const auto count = static_cast<int64_t>(b.row.latency.repetitions.size());
              return count > 0 ? derive::Count(count) : std::nullopt;
            },
            {.column = 33}),
      Field("latency_outliers", &Summary::latency_outliers,
            derive::OfLatency<&LatencySummary::outliers>, {.column = 34}),
      Field("latency_preempted_percent", &Summary::latency_preempted_percent,  // of the samples
            derive::OfLatency<&LatencySummary::preempted_percent>, {.column = 35, .decimals = 2}),
      Field("throughput_images_per_s", &Summary::throughput_images_per_s, derive::Throughput,
            {.column = 38, .decimals = 2, .least = 1e-6}),
      Field("top1_percent_seeds_min", &Summary::top1_percent_seeds_min,
            [](const Basis& b) { return derive::OfSeeds(b, derive::LeastOf); },
            {.column = 50,
             .decimals = 2,
             .most = 100,
             .shown_decimals = 2,
             .page = {.place = 122,
                      .title = "Least %",
                      .hint = "Top-1 with the worst of the calibration's seeds"},
             .terminal = {.place = 82, .title = "least"}}),
      Field("top1_percent_seeds_max", &Summary::top1_percent_seeds_max,
            [](const Basis& b) { return derive::OfSeeds(b, derive::MostOf); },
            {.column = 51,
             .decimals = 2,
             .most = 100,
             .shown_decimals = 2,
             .page = {.place = 124,
                      .title = "Most %",
                      .hint = "Top-1 with the best of the calibration's seeds"},
             .terminal = {.place = 84, .title = "most"}}),
      Field("top1_percent_seeds_sd", &Summary::top1_percent_seeds_sd,
            [](const Basis& b) { return derive::OfSeeds(b, derive::StandardDeviationOf); },
            {.column = 52,
             .decimals = 3,
             .most = 100,
             .shown_decimals = 2,
             .page = {.place = 126,
                      .title = "SD",
                      .hint = "standard deviation of Top-1 over the calibration's seeds"},
             .terminal = {.place = 86, .title = "sd"}}),
      Field("latency_ms_low", &Summary::latency_ms_low,  // the interval of the median, at 90%
            [](const Basis& b) { return b.latency ? b.latency->low_ms : std::nullopt; },
            {.column = 53, .decimals = 4, .least = derive::kLeastMs}),
      Field("latency_ms_high", &Summary::latency_ms_high,
            [](const Basis& b) { return b.latency ? b.latency->high_ms : std::nullopt; },
            {.column = 54, .decimals = 4, .least = derive::kLeastMs}),
      Field("speedup_low", &Summary::speedup_low,  // the interval of speedup_vs_fp32, at 95%
            [](const Basis& b) {
              const auto interval = derive::SpeedupInterval(b);
              return interval ? derive::Number(interval->low) : std::nullopt;
            },
            {.column = 55, .decimals = 3}),
      Field("speedup_high", &Summary::speedup_high,
            [](const Basis& b) {
              const auto interval = derive::SpeedupInterval(b);
              return interval ? derive::Number(interval->high) : std::nullopt;
            },
            {.column = 56, .decimals = 3})};
};

template <>
struct Fields<Row> {
  static constexpr std::tuple kAll{Base<CaseResult>(), Embedded(&Row::summary)};
};

}  // namespace quantbench
