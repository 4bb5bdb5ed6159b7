// SPDX-License-Identifier: Apache-2.0
// One Google Benchmark run a repetition, every iteration's time kept.
#include "latency/latency.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <set>

#include "backend/guarded_floats.h"
#include "latency/run_clock.h"
#include "latency/yardstick.h"
#include "support/error.h"
#include "support/process_state.h"
#include "support/statistics.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kStableWithin = 0.03;  // medians of two warm-up windows, relative
constexpr int kMaxWindows = 10;         // of half of warmup_seconds each

// Remembers which iteration count was the final one, and prints nothing.
class QuietReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) error_ = run.error_message;
    }
  }
  const std::optional<std::string>& error() const { return error_; }

 private:
  std::optional<std::string> error_;
};

class Measurement {
 public:
  Measurement(const Executable& executable, int batch_size, std::span<const float> input,
              const ThreadPool& pool)
      : context_(executable.CreateContext(batch_size, pool.threads())),
        batch_size_(batch_size),
        input_(input),
        classes_(static_cast<size_t>(executable.output_elements())),
        output_(classes_ * static_cast<size_t>(batch_size)),
        backend_(executable.backend()),
        pool_(pool) {
    output_.MarkUnwritten();
  }

  // Runs for `seconds`, then on until two windows of half that length agree. False where they never
  // do.
  bool WarmUp(double seconds) {
    std::optional<double> before;
    for (int window = 0; window < kMaxWindows; ++window) {
      const double median = MedianOfWindow(seconds / 2);
      if (before && std::abs(median - *before) <= kStableWithin * *before) return true;
      before = median;
    }
    return seconds <= 0;  // nobody asked for a stable time
  }

  // One call of the benchmark's function: Google Benchmark calls it with growing iteration counts
  // until min_seconds is reached, so the last call's times are the ones that count.
  void Loop(benchmark::State& state) {
    times_.clear();
    times_.reserve(static_cast<size_t>(state.max_iterations));
    try {
      for (auto _ : state) {
        times_.push_back(TimeOnce());
        state.SetIterationTime(times_.back().wall_ms / 1e3);
      }
    } catch (const Error& error) {  // must not unwind through the library
      state.SkipWithError(error.what());
    }
  }

  const std::vector<RunTime>& times() const { return times_; }

  // Throws Error where a run wrote too much or too little. Damage stays until it is looked for, so
  // once is enough.
  void RequireRules() const {
    context_.RequireIntact();
    output_.RequireIntact(backend_, "output");
    RequireWritten(output_.FirstUnwritten());
  }

 private:
  // A score of each image is marked and looked at, outside of the time: as little as can be, since
  // it takes room in the caches.
  RunTime TimeOnce() {
    output_.MarkUnwritten(classes_);
    const RunTime time =
        clock_.Time([&] { context_.Run(batch_size_, input_.data(), output_.data(), pool_); });
    RequireWritten(output_.FirstUnwritten(classes_));
    return time;
  }

  void RequireWritten(std::optional<size_t> unwritten) const {
    if (!unwritten) return;
    throw Error(backend_ + " left scores of image " + std::to_string(*unwritten / classes_ + 1) +
                " of a batch of " + std::to_string(batch_size_) +
                " unwritten, though it says that its run went well");
  }

  double MedianOfWindow(double seconds) {
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    std::vector<double> milliseconds;
    do {
      milliseconds.push_back(TimeOnce().wall_ms);
    } while (Clock::now() < until);
    return Median(milliseconds);
  }

  Context context_;
  int batch_size_;
  std::span<const float> input_;
  size_t classes_;
  GuardedFloats output_;
  std::string backend_;
  const ThreadPool& pool_;
  RunClock clock_;
  std::vector<RunTime> times_;
};

void InitializeBenchmarkOnce() {
  [[maybe_unused]] static const bool done = [] {
    char name[] = "quantbench";
    char* arguments[] = {name, nullptr};
    int count = 1;
    benchmark::Initialize(&count, arguments);
    return true;
  }();
}

// Throws Error with the backend's text.
void TimeWithGoogleBenchmark(Measurement& measurement, const RepetitionSettings& settings) {
  InitializeBenchmarkOnce();
  QuietReporter reporter;
  benchmark::ClearRegisteredBenchmarks();
  benchmark::internal::Benchmark* const one = benchmark::RegisterBenchmark(
      "latency", [&](benchmark::State& state) { measurement.Loop(state); });
  one->UseManualTime();
  if (settings.iterations > 0) {
    one->Iterations(settings.iterations);
  } else {
    one->MinTime(settings.min_seconds);
  }
  benchmark::RunSpecifiedBenchmarks(&reporter, "latency");
  benchmark::ClearRegisteredBenchmarks();
  if (reporter.error()) throw Error(*reporter.error());
}

double FastOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return QuantileOfSorted(values, kFastQuantile);
}

// Every n-th value, such that no more than kMaxKeptSamples remain. Spread evenly over the
// repetition, so a drift within it stays in them.
std::vector<double> Thinned(const std::vector<double>& values) {
  const size_t step = (values.size() + kMaxKeptSamples - 1) / kMaxKeptSamples;
  std::vector<double> kept;
  for (size_t i = 0; i < values.size(); i += step) kept.push_back(values[i]);
  return kept;
}

RepetitionSamples Collect(const std::vector<RunTime>& times) {
  std::vector<double> wall, undisturbed, cpu;
  for (const RunTime& time : times) {
    wall.push_back(time.wall_ms);
    cpu.push_back(time.cpu_ms);
    if (!time.preempted) undisturbed.push_back(time.wall_ms);
  }
  if (wall.empty()) throw Error("latency: nothing was measured");
  RepetitionSamples result{.repetition = {}, .milliseconds = Thinned(wall)};
  Repetition& repetition = result.repetition;
  repetition.samples = static_cast<int64_t>(wall.size());
  repetition.median_ms = Median(wall);
  repetition.min_ms = *std::min_element(wall.begin(), wall.end());
  repetition.mean_ms = Mean(wall);
  repetition.deviation_ms = StandardDeviation(wall);
  repetition.fast_cpu_ms = FastOf(std::move(cpu));
  repetition.preempted = repetition.samples - static_cast<int64_t>(undisturbed.size());
  if (static_cast<int64_t>(undisturbed.size()) >= kMinUndisturbedRuns) {
    std::sort(undisturbed.begin(), undisturbed.end());
    repetition.fast_ms = QuantileOfSorted(undisturbed, kFastQuantile);
    repetition.slow_ms = QuantileOfSorted(undisturbed, kSlowQuantile);
  }
  return result;
}

}  // namespace

RepetitionSamples MeasureRepetition(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, const ThreadPool& pool) {
  static Yardstick yardstick;  // its memory stays where it is for the whole run
  const FloatControl control;
  Measurement measurement(executable, batch_size, input, pool);
  const bool warmed_up = measurement.WarmUp(settings.warmup_seconds);
  std::set<std::string> changed = control.Restore();
  yardstick.Measure();
  TimeWithGoogleBenchmark(measurement, settings);
  // Before anything is computed with the times.
  changed.merge(control.Restore());
  measurement.RequireRules();
  yardstick.Measure();
  RepetitionSamples result = Collect(measurement.times());
  result.preparation.fallback_nodes = executable.fallback_nodes();
  result.repetition.yardstick_ms = yardstick.TakeMs();
  result.repetition.warmed_up = warmed_up;
  AddRemark(result.remark, DescribeChanges(changed, "in a run"));
  return result;
}

}  // namespace quantbench
