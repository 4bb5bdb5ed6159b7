// SPDX-License-Identifier: Apache-2.0
// Streams that start and end outside of the time that counts. Google Benchmark's own threads run
// equally many iterations each and count until the last one ends, with processors that have nothing
// to do meanwhile.
#include "latency/throughput.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "backend/guarded_floats.h"
#include "latency/collect.h"
#include "latency/timed_context.h"
#include "latency/yardstick.h"
#include "support/error.h"
#include "support/number_text.h"
#include "support/process_state.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

// What the streams agree on: when the window opens, and when it may close.
class Gate {
 public:
  Gate(int streams, double seconds)
      : streams_(streams),
        length_(
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))) {}

  // What the gate knows of one stream.
  struct Pass {
    bool filled = false;  // it has run long enough inside
    bool beyond = false;  // and then over the end
  };

  // A stream has warmed up; the last one opens the window.
  void AddWarm() {
    if (++warm_ < streams_) return;
    cpu_opened_ms_ = ProcessorMsOf(CLOCK_PROCESS_CPUTIME_ID);
    opened_ = Clock::now();
    is_open_ = true;
  }
  // Whether the run may reach into the window.
  bool Counts(const RunTime& run) const { return is_open_ && run.end() > opened_.load(); }
  // Whether the stream goes on after the run.
  bool GoesOn(const RunTime& run, Pass& pass) {
    if (failed_) return false;
    if (!is_open_) return true;
    const Clock::time_point opened = opened_, end = run.end();
    if (!pass.filled && run.start >= opened && end >= opened + length_) {
      pass.filled = true;
      for (Clock::time_point last = closed_; last < end;) {
        if (closed_.compare_exchange_weak(last, end)) break;
      }
      if (++filled_ == streams_) cpu_closed_ms_ = ProcessorMsOf(CLOCK_PROCESS_CPUTIME_ID);
    }
    if (!pass.beyond && filled_ == streams_ && end >= closed_.load()) {
      pass.beyond = true;
      ++beyond_;
    }
    return beyond_ < streams_;
  }
  void Fail() { failed_ = true; }

  // After the streams have ended.
  SteadyWindow window() const { return {.opened = opened_, .closed = closed_}; }
  double cpu_ms() const { return cpu_closed_ms_ - cpu_opened_ms_; }

 private:
  int streams_;
  Clock::duration length_;
  std::atomic<int> warm_ = 0, filled_ = 0, beyond_ = 0;
  std::atomic<bool> is_open_ = false, failed_ = false;
  std::atomic<Clock::time_point> opened_{}, closed_{};
  double cpu_opened_ms_ = 0, cpu_closed_ms_ = 0;
};

// What a stream found; written by its thread.
struct Stream {
  std::vector<RunTime> runs;  // that reach into the window
  bool warmed_up = true;
  std::set<std::string> changed;  // FloatControl
  std::exception_ptr problem;
};

struct StreamSettings {
  const Executable& executable;
  int batch_size;
  std::span<const float> input;
  double warmup_seconds;
  int threads;
};

void RunStream(const StreamSettings& settings, Gate& gate, Stream& stream) try {
  const FloatControl control;
  GuardedFloats input(settings.input.size());
  std::copy(settings.input.begin(), settings.input.end(), input.data());
  input.Seal();
  const ThreadPool pool(settings.threads);
  TimedContext context(settings.executable, settings.batch_size, input.values(), pool,
                       RunClock(RunClock::Of::kThread));
  stream.warmed_up = context.WarmUp(settings.warmup_seconds);
  gate.AddWarm();
  Gate::Pass pass;
  while (true) {
    const RunTime run = context.Run();
    if (gate.Counts(run)) stream.runs.push_back(run);
    if (!gate.GoesOn(run, pass)) break;
  }
  stream.changed = control.Restore();
  context.RequireRules();
} catch (...) {
  stream.problem = std::current_exception();
  gate.Fail();
}

// Returns when all have ended. Throws what the first one that failed threw.
void RunStreams(const StreamSettings& settings, Gate& gate, std::vector<Stream>& streams) {
  try {
    std::vector<std::jthread> threads;
    for (Stream& stream : streams) {
      try {
        threads.emplace_back([&] { RunStream(settings, gate, stream); });
      } catch (...) {
        gate.Fail();  // or those that have started would wait for it
        throw;
      }
    }
  } catch (const std::system_error& error) {
    throw Error("can't start " + CountText(streams.size(), "thread") +
                " for as many streams: " + error.code().message());
  }
  for (const Stream& stream : streams) {
    if (stream.problem) std::rethrow_exception(stream.problem);
  }
}

// The runs inside the window, in the order in which they began.
std::vector<RunTime> RunsInside(const std::vector<Stream>& streams, const SteadyWindow& window) {
  std::vector<RunTime> inside;
  for (const Stream& stream : streams) {
    std::copy_if(stream.runs.begin(), stream.runs.end(), std::back_inserter(inside),
                 [&](const RunTime& run) {
                   return run.start >= window.opened && run.end() <= window.closed;
                 });
  }
  std::sort(inside.begin(), inside.end(),
            [](const RunTime& a, const RunTime& b) { return a.start < b.start; });
  return inside;
}

}  // namespace

double RunsInWindow(std::span<const RunTime> runs, const SteadyWindow& window) {
  double count = 0;
  for (const RunTime& run : runs) {
    const auto start = std::max(run.start, window.opened), end = std::min(run.end(), window.closed);
    const auto length = run.end() - run.start;
    if (length.count() == 0) {  // shorter than the clock tells
      count += run.start >= window.opened && run.start < window.closed ? 1 : 0;
    } else if (end > start) {
      count += std::chrono::duration<double>(end - start) / std::chrono::duration<double>(length);
    }
  }
  return count;
}

RepetitionSamples MeasureThroughput(const Executable& executable, int batch_size,
                                    std::span<const float> input,
                                    const RepetitionSettings& settings, int streams, int threads) {
  static Yardstick yardstick;  // its memory stays where it is for the whole run
  Gate gate(streams, settings.min_seconds);
  std::vector<Stream> all(static_cast<size_t>(streams));
  yardstick.Measure();
  RunStreams({.executable = executable,
              .batch_size = batch_size,
              .input = input,
              .warmup_seconds = settings.warmup_seconds,
              .threads = threads},
             gate, all);
  yardstick.Measure();
  const SteadyWindow window = gate.window();
  RepetitionSamples result = Collect(RunsInside(all, window));
  double runs = 0;
  std::set<std::string> changed;
  for (Stream& stream : all) {
    runs += RunsInWindow(stream.runs, window);
    result.repetition.warmed_up = result.repetition.warmed_up && stream.warmed_up;
    changed.merge(stream.changed);
  }
  result.repetition.throughput_images_per_s =
      runs * batch_size / std::chrono::duration<double>(window.closed - window.opened).count();
  result.repetition.fast_cpu_ms = gate.cpu_ms() / runs;
  result.repetition.yardstick_ms = yardstick.TakeMs();
  result.preparation.fallback_nodes = executable.fallback_nodes();
  AddRemark(result.remark, DescribeChanges(changed, "in a run"));
  return result;
}

}  // namespace quantbench
