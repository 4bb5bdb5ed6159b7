// SPDX-License-Identifier: Apache-2.0
// One Google Benchmark run a repetition, every iteration's time kept.
#include "latency/latency.h"

#include <benchmark/benchmark.h>

#include <optional>
#include <set>

#include "latency/collect.h"
#include "latency/timed_context.h"
#include "latency/yardstick.h"
#include "support/error.h"
#include "support/process_state.h"

namespace quantbench {
namespace {

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

// The benchmark's function.
class Measurement {
 public:
  explicit Measurement(TimedContext& context) : context_(context) {}

  // Google Benchmark calls it with growing iteration counts until min_seconds is reached, so the
  // last call's times are the ones that count.
  void Loop(benchmark::State& state) {
    times_.clear();
    times_.reserve(static_cast<size_t>(state.max_iterations));
    try {
      for (auto _ : state) {
        times_.push_back(context_.Run());
        state.SetIterationTime(times_.back().wall_ms / 1e3);
      }
    } catch (const Error& error) {  // must not unwind through the library
      state.SkipWithError(error.what());
    }
  }

  const std::vector<RunTime>& times() const { return times_; }

 private:
  TimedContext& context_;
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

}  // namespace

RepetitionSamples MeasureRepetition(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, const ThreadPool& pool,
                                    MemoryWatch* memory) {
  static Yardstick yardstick;  // its memory stays where it is for the whole run
  const FloatControl control;
  if (memory != nullptr) memory->BeforeFirstRun();
  TimedContext context(executable, batch_size, input, pool, RunClock(RunClock::Of::kProcess));
  const bool warmed_up = context.WarmUp(settings.warmup_seconds, memory);
  Measurement measurement(context);
  std::set<std::string> changed = control.Restore();
  yardstick.Measure();
  TimeWithGoogleBenchmark(measurement, settings);
  // Before anything is computed with the times.
  changed.merge(control.Restore());
  context.RequireRules();
  yardstick.Measure();
  RepetitionSamples result = Collect(measurement.times());
  result.preparation.fallback_nodes = executable.fallback_nodes();
  result.repetition.yardstick_ms = yardstick.TakeMs();
  result.repetition.warmed_up = warmed_up;
  AddRemark(result.remark, DescribeChanges(changed, "in a run"));
  return result;
}

}  // namespace quantbench
