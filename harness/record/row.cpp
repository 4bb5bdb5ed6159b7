// SPDX-License-Identifier: Apache-2.0
// Statuses, repetitions joined to a result, and summaries.
#include "record/row.h"

#include <algorithm>
#include <array>
#include <vector>

#include "support/statistics.h"

namespace quantbench {
namespace {

constexpr std::array<std::string_view, 7> kStatusNames = {
    "ok", "failed", "crashed", "unsupported", "timeout", "skipped", "partial"};

const Row* Fp32RowOf(const Row& row, std::span<const Row> rows, bool same_run) {
  const Row* changed = nullptr;
  for (const Row& other : rows) {
    if (!IsFloat(other.precision) || other.backend != row.backend || other.network != row.network ||
        other.status != Status::kOk)
      continue;
    if (same_run && (other.batch_size != row.batch_size || other.threads != row.threads ||
                     other.streams != row.streams))
      continue;
    // The network as it came, wherever it was measured.
    if (other.techniques.empty() || other.techniques == kNoTechnique) return &other;
    if (changed == nullptr) changed = &other;
  }
  return changed;
}

std::optional<LatencySummary> SummaryOf(const Latency& latency) {
  if (latency.repetitions.empty() || latency.samples_ms.empty()) return std::nullopt;
  return Summarize(latency.repetitions, latency.samples_ms);
}

}  // namespace

std::string_view ToString(Status status) { return kStatusNames[static_cast<size_t>(status)]; }

std::optional<Status> StatusOf(std::string_view name) {
  const auto found = std::find(kStatusNames.begin(), kStatusNames.end(), name);
  if (found == kStatusNames.end()) return std::nullopt;
  return static_cast<Status>(found - kStatusNames.begin());
}

void Latency::Add(const RepetitionSamples& samples) {
  repetitions.push_back(samples.repetition);
  samples_ms.insert(samples_ms.end(), samples.milliseconds.begin(), samples.milliseconds.end());
}

double derive::LeastOf(std::span<const double> values) { return *std::ranges::min_element(values); }
double derive::MostOf(std::span<const double> values) { return *std::ranges::max_element(values); }
double derive::StandardDeviationOf(std::span<const double> values) {
  return StandardDeviation(values);
}

namespace {

// Of the repetitions, where they have it.
std::vector<double> FiguresOf(const Row& row, double (*figure)(const Repetition&)) {
  std::vector<double> figures;
  for (const Repetition& one : row.latency.repetitions) {
    if (const double value = figure(one); value > 0) figures.push_back(value);
  }
  return figures;
}

// The same figure of both rows, since the least of a few runs is another quantile than that of
// many.
double (*FigureOfFastRuns(const Row& a, const Row& b))(const Repetition&) {
  const auto all = [&](auto has) {
    return std::ranges::all_of(a.latency.repetitions, has) &&
           std::ranges::all_of(b.latency.repetitions, has);
  };
  if (all([](const Repetition& one) { return one.fast_ms.has_value(); }))
    return [](const Repetition& one) { return *one.fast_ms; };
  // Others take the processor, but their time isn't counted; of several threads it is a sum.
  if (a.threads == 1 && b.threads == 1 &&
      all([](const Repetition& one) { return one.fast_cpu_ms > 0; }))
    return [](const Repetition& one) { return one.fast_cpu_ms; };
  return nullptr;
}

std::optional<ConfidenceInterval> IntervalOfSpeedup(const Basis& basis) {
  const derive::Number speedup = basis.row.summary.speedup_vs_fp32;
  if (!speedup || basis.fp32_of_run == &basis.row) return std::nullopt;
  const auto ratio = [&](double (*figure)(const Repetition&)) {
    const std::vector<double> base = FiguresOf(*basis.fp32_of_run, figure),
                              own = FiguresOf(basis.row, figure);
    return basis.row.streams ? IntervalOfRatio(own, base) : IntervalOfRatio(base, own);
  };
  std::optional<ConfidenceInterval> interval =
      basis.row.streams
          ? ratio([](const Repetition& one) { return one.throughput_images_per_s.value_or(0); })
          : ratio([](const Repetition& one) { return one.median_ms; });
  if (!interval) return std::nullopt;
  interval = interval->Including(*speedup);
  if (basis.row.streams) return interval;
  const auto figure = FigureOfFastRuns(*basis.fp32_of_run, basis.row);
  if (figure == nullptr) return interval;
  const auto fast = ratio(figure);
  return fast ? interval->Including(fast->low).Including(fast->high) : interval;
}

}  // namespace

std::optional<ConfidenceInterval> derive::SpeedupInterval(const Basis& basis) {
  if (!basis.speedup_interval) basis.speedup_interval = IntervalOfSpeedup(basis);
  return *basis.speedup_interval;
}

void Derive(std::span<Row> rows) {
  std::vector<std::optional<LatencySummary>> latencies;
  std::vector<Basis> bases;
  for (const Row& row : rows) latencies.push_back(SummaryOf(row.latency));
  for (size_t i = 0; i < rows.size(); ++i) {
    bases.push_back({.row = rows[i],
                     .fp32 = Fp32RowOf(rows[i], rows, false),
                     .fp32_of_run = Fp32RowOf(rows[i], rows, true),
                     .latency = latencies[i] ? &*latencies[i] : nullptr});
  }
  ForEachField<Summary>([&](const auto& field, const auto&) {
    for (size_t i = 0; i < rows.size(); ++i) rows[i].summary.*field.member = field.derive(bases[i]);
  });
}

}  // namespace quantbench
