// SPDX-License-Identifier: Apache-2.0
// Whole runs and runs in pieces, by turns, then medians.
#include "latency/profile.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "support/error.h"

namespace quantbench {
namespace {

using ProfileClock = std::chrono::steady_clock;

constexpr size_t kLeastRuns = 15, kMostRuns = 2000, kWarmUps = 3;
constexpr size_t kMostParts = 1'000'000;

struct Piece {
  std::vector<int> nodes;
  int64_t nanoseconds;
};

double MiddleOf(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class Profiler {
 public:
  Profiler(const Executable& executable, std::span<const float> input, const ThreadPool& pool)
      : executable_(executable),
        context_(executable.CreateContext(1, 1)),
        input_(input),
        output_(static_cast<size_t>(executable.output_elements())),
        pool_(pool) {}

  double RunWhole() {
    const auto start = ProfileClock::now();
    context_.Run(1, input_.data(), output_.data(), pool_);
    return std::chrono::duration<double, std::milli>(ProfileClock::now() - start).count();
  }

  std::vector<Piece> RunInPieces() {
    std::vector<Piece> pieces;
    const auto add = [&](std::span<const int32_t> nodes, int64_t nanoseconds) {
      if (pieces.size() < kMostParts) pieces.push_back({{nodes.begin(), nodes.end()}, nanoseconds});
    };
    as_it_runs_ = context_.RunInParts(1, input_.data(), output_.data(), pool_, add);
    if (as_it_runs_) return pieces;
    const qb_tap tap{.struct_size = sizeof(qb_tap),
                     .user = &pieces,
                     .node_done = [](void* user, int32_t node, const void*, uint64_t, int64_t ns) {
                       if (ns >= 0)  // else it gives values and knows no times
                         static_cast<std::vector<Piece>*>(user)->push_back({{node}, ns});
                     }};
    context_.Run(1, input_.data(), output_.data(), pool_, &tap);
    return pieces;
  }
  bool as_it_runs() const { return as_it_runs_; }

  Profile Collect(const std::vector<std::vector<Piece>>& runs, std::vector<double> whole) const {
    Profile profile{.as_it_runs = as_it_runs_,
                    .runs = static_cast<int64_t>(runs.size()),
                    .whole_ms = MiddleOf(std::move(whole))};
    for (size_t p = 0; p < runs.front().size(); ++p) {
      std::vector<double> times;
      for (const std::vector<Piece>& run : runs) {
        if (run.size() != runs.front().size() || run[p].nodes != runs.front()[p].nodes)
          throw Error(executable_.backend() + " runs other pieces from one run to the next");
        times.push_back(static_cast<double>(run[p].nanoseconds) / 1e6);
      }
      profile.parts.push_back({.nodes = runs.front()[p].nodes, .ms = MiddleOf(std::move(times))});
    }
    return profile;
  }

 private:
  const Executable& executable_;
  Context context_;
  std::span<const float> input_;
  std::vector<float> output_;
  const ThreadPool& pool_;
  bool as_it_runs_ = false;
};

}  // namespace

Profile MeasureProfile(const Executable& executable, std::span<const float> input, double seconds,
                       const ThreadPool& pool) {
  Profiler profiler(executable, input, pool);
  for (size_t i = 0; i < kWarmUps; ++i) profiler.RunInPieces();
  std::vector<std::vector<Piece>> runs;
  std::vector<double> whole;
  const auto until = ProfileClock::now() + std::chrono::duration<double>(seconds);
  while (runs.size() < kLeastRuns || (ProfileClock::now() < until && runs.size() < kMostRuns)) {
    whole.push_back(profiler.RunWhole());
    runs.push_back(profiler.RunInPieces());
  }
  return profiler.Collect(runs, std::move(whole));
}

}  // namespace quantbench
