// SPDX-License-Identifier: Apache-2.0
// What counts in a window, and streams that run at once.
#include "latency/throughput.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "latency/collect.h"
#include "quantbench/plugin.hpp"
#include "support/error.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

RunTime RunOf(int start_ms, int end_ms) {
  return {.start = Clock::time_point(std::chrono::milliseconds(1000 + start_ms)),
          .wall_ms = static_cast<double>(end_ms - start_ms)};
}

TEST_CASE("runs over the edges of a window count by what lies inside") {
  const SteadyWindow window{.opened = RunOf(0, 0).start, .closed = RunOf(100, 100).start};
  struct WindowCase {
    const char* what;
    std::vector<RunTime> runs;
    double count;
  };
  const WindowCase cases[] = {
      {"none", {}, 0},
      {"before and behind", {RunOf(-20, 0), RunOf(100, 120)}, 0},
      {"inside, to both edges", {RunOf(0, 50), RunOf(50, 100)}, 2},
      {"over the first edge", {RunOf(-10, 30)}, 0.75},
      {"over the last edge", {RunOf(90, 130)}, 0.25},
      {"over both", {RunOf(-50, 150)}, 0.5},
      {"shorter than the clock tells", {RunOf(0, 0), RunOf(50, 50), RunOf(100, 100)}, 2},
  };
  for (const WindowCase& one : cases) {
    CAPTURE(one.what);
    CHECK(RunsInWindow(one.runs, window) == doctest::Approx(one.count));
  }
}

// What the operators below do in their runs: each thread's first one waits for those of the others.
struct Meeting {
  int wanted = 0;
  bool fails = false;
  std::mutex mutex;
  std::condition_variable arrived;
  std::set<std::thread::id> threads;

  // False where the others don't come.
  bool Attend() {
    std::unique_lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    arrived.notify_all();
    return arrived.wait_for(lock, std::chrono::minutes(1),
                            [this] { return static_cast<int>(threads.size()) == wanted; });
  }
};
Meeting* meeting = nullptr;

class MeetingOperators : public plugin::Operators {
 public:
  static constexpr char kName[] = "meeting";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "runs that wait for each other";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) {}
  explicit MeetingOperators(std::string_view) {}
  void Flatten(const plugin::Call& call) override {
    if (!meeting->Attend()) throw plugin::Failure(QB_FAILED, "the other streams don't run");
    if (meeting->fails) throw plugin::Failure(QB_FAILED, "broken");
    Operators::Flatten(call);
  }
};

TEST_CASE("streams run at once, each fills the window, and none outlives one that fails") {
  Graph graph{.name = "flatten", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {1, 2, 2});
  graph.output = graph.AddNode("flat", Flatten{}, {graph.input});
  InferShapes(graph);
  const AbiModel model(graph);
  static constexpr qb_plugin kTable = plugin::MakePlugin<MeetingOperators>();
  const Executable executable = Backend::Of(kTable).Prepare(model, "generic");
  const std::vector<float> input(8);
  for (const int streams : {1, 3}) {
    CAPTURE(streams);
    Meeting here{.wanted = streams};
    meeting = &here;
    const auto measure = [&] {
      return MeasureThroughput(executable, 2, input, {.warmup_seconds = 0, .min_seconds = 0.002},
                               streams, 1);
    };
    const RepetitionSamples samples = measure();
    const Repetition& one = samples.repetition;
    CHECK(one.samples >= streams);
    CHECK(samples.milliseconds.size() <= kMaxKeptSamples);
    CHECK(one.throughput_images_per_s.value_or(0) > 0);
    CHECK(one.yardstick_ms > 0);
    here.threads.clear();
    here.fails = true;
    CHECK_THROWS_WITH_AS(measure(), doctest::Contains("broken"), Error);
  }
}

}  // namespace
}  // namespace quantbench
