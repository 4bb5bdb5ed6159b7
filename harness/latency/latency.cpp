// SPDX-License-Identifier: Apache-2.0
// One Google Benchmark run a measurement, every iteration's time kept.
#include "latency/latency.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "support/error.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

// What one call of the benchmark's function timed: Google Benchmark calls it with growing iteration
// counts until min_seconds is reached, then once a repetition with the last count.
struct Trial {
  int64_t iterations = 0;
  std::vector<double> milliseconds;
};

// Remembers which iteration count was the final one, and prints nothing.
class QuietReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) error_ = run.error_message;
      if (run.run_type == Run::RT_Iteration) iterations_ = run.iterations;
    }
  }
  int64_t iterations() const { return iterations_; }
  const std::optional<std::string>& error() const { return error_; }

 private:
  int64_t iterations_ = 0;
  std::optional<std::string> error_;
};

class Measurement {
 public:
  Measurement(const Executable& executable, int batch_size, std::span<const float> input,
              const ThreadPool& pool)
      : context_(executable.CreateContext(batch_size, pool.threads())),
        batch_size_(batch_size),
        input_(input),
        output_(static_cast<size_t>(executable.output_elements()) *
                static_cast<size_t>(batch_size)),
        pool_(pool) {}

  double RunOnceMs() {
    const auto start = Clock::now();
    context_.Run(batch_size_, input_.data(), output_.data(), pool_);
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  void Loop(benchmark::State& state) {
    Trial& trial =
        trials_.emplace_back(Trial{.iterations = static_cast<int64_t>(state.max_iterations)});
    trial.milliseconds.reserve(static_cast<size_t>(state.max_iterations));
    try {
      for (auto _ : state) {
        const double milliseconds = RunOnceMs();
        trial.milliseconds.push_back(milliseconds);
        state.SetIterationTime(milliseconds / 1e3);
      }
    } catch (const Error& error) {  // must not unwind through the library
      state.SkipWithError(error.what());
    }
  }

  // The samples of the last `repetitions` trials with the final iteration count.
  LatencySamples Samples(int64_t iterations, int repetitions) const {
    LatencySamples samples;
    int taken = 0;
    for (auto trial = trials_.rbegin(); trial != trials_.rend() && taken < repetitions; ++trial) {
      if (trial->iterations != iterations) continue;
      samples.milliseconds.insert(samples.milliseconds.begin(), trial->milliseconds.begin(),
                                  trial->milliseconds.end());
      ++taken;
    }
    return samples;
  }

 private:
  Context context_;
  int batch_size_;
  std::span<const float> input_;
  std::vector<float> output_;
  const ThreadPool& pool_;
  std::vector<Trial> trials_;
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

double Quantile(const std::vector<double>& sorted, double q) {
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

LatencySamples MeasureLatency(const Executable& executable, int batch_size,
                              std::span<const float> input, const LatencySettings& settings,
                              const ThreadPool& pool) {
  InitializeBenchmarkOnce();
  Measurement measurement(executable, batch_size, input, pool);
  const auto warm_until = Clock::now() + std::chrono::duration<double>(settings.warmup_seconds);
  do {
    measurement.RunOnceMs();
  } while (Clock::now() < warm_until);

  QuietReporter reporter;
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark("latency", [&](benchmark::State& state) { measurement.Loop(state); })
      ->UseManualTime()
      ->MinTime(settings.min_seconds)
      ->Repetitions(settings.repetitions);
  benchmark::RunSpecifiedBenchmarks(&reporter, "latency");
  benchmark::ClearRegisteredBenchmarks();
  if (reporter.error()) throw Error(*reporter.error());
  return measurement.Samples(reporter.iterations(), settings.repetitions);
}

LatencySummary Summarize(const LatencySamples& samples) {
  std::vector<double> sorted = samples.milliseconds;
  if (sorted.empty()) throw Error("latency: nothing was measured");
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<double>(sorted.size());
  LatencySummary summary{.samples = static_cast<int64_t>(sorted.size()), .min_ms = sorted.front()};
  summary.median_ms = Quantile(sorted, 0.5);
  summary.mean_ms = std::accumulate(sorted.begin(), sorted.end(), 0.0) / count;
  summary.p90_ms = summary.samples >= kMinSamplesForP90 ? Quantile(sorted, 0.9)
                                                        : std::numeric_limits<double>::quiet_NaN();
  double squares = 0;
  for (const double sample : sorted)
    squares += (sample - summary.mean_ms) * (sample - summary.mean_ms);
  const double deviation = sorted.size() > 1 ? std::sqrt(squares / (count - 1)) : 0.0;
  summary.cv_percent = 100.0 * deviation / summary.mean_ms;
  return summary;
}

}  // namespace quantbench
