// SPDX-License-Identifier: Apache-2.0
// One worker process a repetition: no repetition shares its memory layout with the one before, so
// that what a lucky or unlucky layout does to the time averages out.
#include "pipeline/latency_stage.h"

#include <chrono>
#include <map>
#include <set>

#include "latency/machine.h"
#include "latency/schedule.h"
#include "pipeline/images.h"
#include "pipeline/latency_row.h"
#include "pipeline/speeds.h"
#include "support/progress.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kOrderSeed = 20250101;  // of the order of the cases in each round

class LatencyStage {
 public:
  explicit LatencyStage(RunState& run) : run_(run) {
    if (run.evaluation) images_ = SourceOf(*run.evaluation, run.scenario.preprocess);
    if (!images_ && run.calibration) images_ = SourceOf(*run.calibration, run.scenario.preprocess);
    std::map<std::string, Row*> rows;
    for (Row& row : run.results.rows) rows.emplace(row.case_id, &row);
    for (const JournalEntry& entry : run.journal->entries()) {
      const auto* repetition = std::get_if<RepetitionEntry>(&entry);
      if (repetition == nullptr || !rows.contains(repetition->case_id)) continue;
      done_.emplace(repetition->case_id, repetition->round);
      Join(repetition->outcome, *rows.at(repetition->case_id));
    }
  }

  void Execute() {
    for (const std::string& hazard : TimingHazards()) run_.AddWarning(hazard);
    const size_t before = done_.size();
    const MachineWatch watch;
    MeasureRounds();
    for (const std::string& disturbance : watch.Disturbances()) run_.AddWarning(disturbance);
    if (before > 0) {
      run_.AddWarning("latency: the run was interrupted; " + std::to_string(before) +
                      " repetitions are from before");
    }
    KeepTimes();
    for (Row& row : run_.results.rows) DescribeLatency(run_.results.environment.emulator, row);
    run_.Save();
  }

 private:
  void MeasureRounds() {
    const std::vector<Case>& cases = run_.cases;
    const auto rounds =
        InterleavedRounds(cases.size(), run_.scenario.latency.repetitions, kOrderSeed);
    int64_t done = 0;
    Progress progress("latency", "repetitions");
    for (size_t r = 0; r < rounds.size(); ++r) {
      for (const size_t i : rounds[r]) {
        const auto round = static_cast<int>(r);
        Row& row = run_.results.rows[i];
        if (row.status != Status::kOk || done_.contains({cases[i].id, round})) continue;
        progress.Update(done, done + RepetitionsLeft(), cases[i].id);
        AddRepetition(cases[i], round, row);
        ++done;
      }
      run_.Save();
    }
    progress.Update(done, done);
  }

  // Of cases that fail nothing is left.
  int64_t RepetitionsLeft() const {
    int64_t left = 0;
    for (const Row& row : run_.results.rows) {
      if (row.status == Status::kOk)
        left += run_.scenario.latency.repetitions -
                static_cast<int64_t>(row.latency.repetitions.size());
    }
    return left;
  }

  void AddRepetition(const Case& one, int round, Row& row) {
    RepetitionEntry entry{.case_id = one.id, .round = round, .outcome = Failure{}};
    const Clock::time_point start = Clock::now();
    try {
      entry.outcome = Measure(one.key, row);
      AddTime(one.id, std::chrono::duration<double>(Clock::now() - start).count());
    } catch (const Error& error) {
      entry.outcome = FailureOf(error);
    }
    run_.journal->Append(entry);
    Join(entry.outcome, row);
  }

  void AddTime(const std::string& case_id, double seconds) {
    auto& [repetitions, all_seconds] = taken_[case_id];
    ++repetitions;
    all_seconds += seconds;
  }

  void KeepTimes() {
    StageTime stage{.stage = "latency", .unit = "repetitions"};
    for (const Case& one : run_.cases) {
      const auto taken = taken_.find(one.id);
      if (taken == taken_.end()) continue;
      const auto [repetitions, seconds] = taken->second;
      RecordedSpeeds::Add(
          run_.options.cache,
          LatencyWork(run_.scenario, run_.inputs.graph, run_.backends.at(one.key.backend), one.key),
          repetitions, seconds);
      stage.items += repetitions;
      stage.seconds += seconds;
    }
    if (stage.items > 0) run_.results.stages.push_back(stage);
  }

  RepetitionSamples Measure(const CaseKey& key, const Row& row) const {
    const LatencySpec& latency = run_.scenario.latency;
    return run_.runner->Measure(
        {.target = run_.TargetOf(key.backend, RecipeOf(key)),
         .images = images_,
         .batch_size = key.batch_size,
         .threads = key.threads,
         .pin = latency.pin,
         .settings = {.warmup_seconds = latency.warmup_seconds,
                      .min_seconds = latency.min_seconds,
                      .iterations = row.latency.repetitions.empty()
                                        ? 0
                                        : row.latency.repetitions.front().samples}});
  }

  static void Join(const std::variant<RepetitionSamples, Failure>& outcome, Row& row) {
    if (const auto* failure = std::get_if<Failure>(&outcome)) return SetFailure(*failure, row);
    const auto& samples = std::get<RepetitionSamples>(outcome);
    row.latency.Add(samples);
    row.preparation = samples.preparation;
  }

  RunState& run_;
  std::optional<ImageSource> images_;
  std::set<std::pair<std::string, int>> done_;  // case id, round
  // By case id: repetitions that this run measured, and the seconds that they took in all.
  std::map<std::string, std::pair<int64_t, double>> taken_;
};

}  // namespace

void MeasureAll(RunState& run) {
  if (run.scenario.latency.enabled) LatencyStage(run).Execute();
}

}  // namespace quantbench
