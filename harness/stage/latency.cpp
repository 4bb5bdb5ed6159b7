// SPDX-License-Identifier: Apache-2.0
// One worker process a repetition: no repetition shares its memory layout with the one before, so
// that what a lucky or unlucky layout does to the time averages out.
#include "stage/latency.h"

#include <algorithm>

#include "latency/machine.h"
#include "latency/schedule.h"
#include "stage/evaluation_unit.h"
#include "stage/latency_row.h"
#include "support/error.h"
#include "support/number_text.h"
#include "support/progress.h"
#include "support/thread_pool.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kOrderSeed = 20250101;  // of the order of the cases in each round
// A repetition's process, beside what is timed.
constexpr double kSecondsToStart = 0.2;
constexpr int kMostRounds = 1000;

}  // namespace

std::optional<int64_t> StreamsOf(const LatencySpec& latency, int threads) {
  if (!latency.enabled || latency.mode == LatencyMode::kLatency) return std::nullopt;
  return latency.streams.value_or(std::max(AvailableProcessors() / threads, 1));
}

std::string LatencyStage::KindOfWork(const Case& one) const {
  const LatencySpec& latency = context_.scenario.latency;
  const NetworkStages& of = StagesOf(one.key, networks_);
  return WorkKind({"latency", Machine(one.key.threads), of.graph.key(),
                   CropSize(of.network.preprocess), one.key.backend,
                   context_.backends.at(one.key.backend).isa, TextOf(one.key.recipe.precision()),
                   TextOf(one.key.recipe.quantization()),
                   "batch " + std::to_string(one.key.batch_size),
                   std::to_string(StreamsOf(latency, one.key.threads).value_or(0)) + " streams",
                   std::to_string(latency.warmup_seconds) + " s warm-up",
                   std::to_string(latency.min_seconds) + " s"});
}

void LatencyStage::Recall(const std::vector<JournalEntry>& entries) {
  for (const JournalEntry& entry : entries) {
    if (const auto* repetition = std::get_if<RepetitionEntry>(&entry)) {
      finished_.insert_or_assign({repetition->case_id, repetition->round}, repetition->outcome);
      if (std::holds_alternative<Failure>(repetition->outcome)) failed_.insert(repetition->case_id);
    } else if (const auto* evaluation = std::get_if<EvaluationEntry>(&entry)) {
      if (std::holds_alternative<Failure>(evaluation->outcome)) failed_.insert(evaluation->name);
    }
  }
}

CaseState LatencyStage::StateOf(const Case& one) {
  const LatencySpec& latency = context_.scenario.latency;
  const bool supported = context_.WhyUnsupported(one.key.backend, one.key.recipe).empty();
  const bool measures = context_.Measures() && supported;
  CaseState::Repetitions repetitions{.total = measures ? latency.repetitions : 0};
  for (const auto& [repetition, outcome] : finished_)
    repetitions.done += repetition.first == one.id ? 1 : 0;
  if (!supported) return {ArtefactState::kUnsupported, repetitions};
  const ArtefactState state = !measures                              ? ArtefactState::kNotNeeded
                              : repetitions.done < repetitions.total ? ArtefactState::kToDo
                                                                     : ArtefactState::kFinished;
  return {state, repetitions};
}

std::vector<Work> LatencyStage::WorkLeft() {
  const LatencySpec& latency = context_.scenario.latency;
  Work work{.name = "latency", .unit = "repetitions"};
  double seconds = 0;
  for (const Case& one : context_.cases) {
    const CaseState::Repetitions repetitions = *StateOf(one).repetitions;
    const int left = repetitions.total - repetitions.done;
    const bool failed = failed_.contains(one.id) || failed_.contains(UnitOf(one.key).Name());
    if (left <= 0 || failed || !context_.backends.contains(one.key.backend)) continue;
    work.items += left;
    const std::optional<double> known = context_.speeds.Seconds(KindOfWork(one), left);
    if (!known) work.nominal = true;
    seconds +=
        known.value_or(left * (latency.warmup_seconds + latency.min_seconds + kSecondsToStart));
  }
  if (work.items == 0) return {};
  work.seconds = seconds;
  return {work};
}

// More streams than processors would take turns: that measures the system's scheduler, and a single
// stream's latency, not how much the processors can do.
void LatencyStage::Check() {
  if (!context_.Measures()) return;
  const int processors = AvailableProcessors();
  int most = 0;
  for (const Case& one : context_.cases) most = std::max(most, one.key.threads);
  if (most > processors && context_.scenario.latency.mode == LatencyMode::kLatency) {
    context_.AddWarning("matrix.threads: " + CountText(most, "thread") + " share " +
                        CountText(processors, "processor") +
                        "; they take turns, so their latency tells little");
  }
  for (const Case& one : context_.cases) {
    const int threads = one.key.threads;
    const std::optional<int64_t> streams = StreamsOf(context_.scenario.latency, threads);
    if (!streams || *streams * threads <= processors) continue;
    throw Error("latency.streams: " + std::to_string(*streams) +
                (*streams == 1 ? " stream" : " streams") + " of " + CountText(threads, "thread") +
                " need " + CountText(*streams * threads, "processor") +
                ", and this process may use " + std::to_string(processors) +
                "; lower latency.streams or matrix.threads (case '" + one.id + "')");
  }
}

void LatencyStage::Make() {
  if (!context_.Measures()) return;
  for (const auto& [repetition, outcome] : finished_) {
    for (size_t i = 0; i < context_.cases.size(); ++i) {
      if (context_.cases[i].id == repetition.first) Join(outcome, context_.results.rows[i]);
    }
  }
  for (const std::string& hazard : TimingHazards()) context_.AddWarning(hazard);
  const MachineWatch watch;
  MeasureRounds();
  for (const std::string& disturbance : watch.Disturbances()) context_.AddWarning(disturbance);
  if (!finished_.empty()) {
    context_.AddWarning("latency: the run was interrupted; " +
                        CountText(std::ssize(finished_), "repetition") +
                        (finished_.size() == 1 ? " is from before" : " are from before"));
  }
  KeepTimes();
  for (Row& row : context_.results.rows)
    DescribeLatency(context_.results.environment.emulator, row);
  context_.Save();
}

// The repetitions that the scenario names, and then more of the cases that aren't known well yet.
void LatencyStage::MeasureRounds() {
  const std::vector<Case>& cases = context_.cases;
  std::vector<Row>& rows = context_.results.rows;
  const bool may_go_on = context_.scenario.latency.precision_percent.has_value();
  const int most = may_go_on ? kMostRounds : context_.scenario.latency.repetitions;
  int64_t done = 0;
  Progress progress("latency", "repetitions");
  const auto rounds = InterleavedRounds(cases.size(), most, kOrderSeed);
  std::vector<bool> wanting;
  for (const Row& row : rows) wanting.push_back(WantsMore(row));
  for (size_t r = 0; r < rounds.size() && RepetitionsLeft(wanting) > 0; ++r) {
    for (const size_t i : rounds[r]) {
      const auto round = static_cast<int>(r);
      if (!wanting[i] || finished_.contains({cases[i].id, round})) continue;
      progress.Update(done, done + RepetitionsLeft(wanting), cases[i].id);
      AddRepetition(cases[i], round, rows[i]);
      wanting[i] = WantsMore(rows[i]);
      ++done;
    }
    context_.Save();
  }
  progress.Update(done, done);
}

bool LatencyStage::WantsMore(const Row& row) const {
  const LatencySpec& latency = context_.scenario.latency;
  if (row.status != Status::kOk) return false;
  if (row.latency.repetitions.size() < static_cast<size_t>(latency.repetitions)) return true;
  if (!latency.precision_percent) return false;
  double seconds = 0;
  for (const Repetition& one : row.latency.repetitions)
    seconds += one.mean_ms * static_cast<double>(one.samples) / 1e3;
  if (seconds >= latency.max_seconds) return false;
  const LatencySummary summary = Summarize(row.latency.repetitions, row.latency.samples_ms);
  const auto off = OffPercent(summary.median_ms, summary.low_ms, summary.high_ms);
  return !off || *off > *latency.precision_percent;
}

// Of cases that fail nothing is left. Of those that aren't known well, one at least.
int64_t LatencyStage::RepetitionsLeft(const std::vector<bool>& wanting) const {
  const int64_t named = context_.scenario.latency.repetitions;
  int64_t left = 0;
  for (size_t i = 0; i < wanting.size(); ++i) {
    if (!wanting[i]) continue;
    const auto done = static_cast<int64_t>(context_.results.rows[i].latency.repetitions.size());
    left += std::max<int64_t>(named - done, 1);
  }
  return left;
}

void LatencyStage::AddRepetition(const Case& one, int round, Row& row) {
  RepetitionEntry entry{.case_id = one.id, .round = round, .outcome = Failure{}};
  const Clock::time_point start = Clock::now();
  try {
    entry.outcome = Measure(one, row);
    auto& [repetitions, seconds] = taken_[one.id];
    ++repetitions;
    seconds += SecondsSince(start);
  } catch (const WriteError&) {
    throw;
  } catch (const Error& error) {
    entry.outcome = FailureOf(error);
  }
  context_.journal->Append(entry);
  Join(entry.outcome, row);
}

RepetitionSamples LatencyStage::Measure(const Case& one, const Row& row) const {
  const LatencySpec& latency = context_.scenario.latency;
  const auto& repetitions = row.latency.repetitions;
  const bool as_before = !repetitions.empty() && !row.streams;
  const NetworkStages& of = StagesOf(one.key, networks_);
  return RunOnCachedFiles(
      [&] {
        const BuiltModel& model = of.models.Built(one.key.recipe);
        return MeasureJob{.target = context_.TargetOf(one.key.backend, model.flat, model.onnx),
                          .images = of.crops.Images(of.network.preprocess),
                          .batch_size = one.key.batch_size,
                          .threads = one.key.threads,
                          .streams = static_cast<int>(row.streams.value_or(0)),
                          .pin = latency.pin,
                          .settings = {.warmup_seconds = latency.warmup_seconds,
                                       .min_seconds = latency.min_seconds,
                                       .iterations = as_before ? repetitions.front().samples : 0}};
      },
      [&](const MeasureJob& job) { return context_.runner->Measure(job); });
}

void LatencyStage::Join(const Outcome& outcome, Row& row) const {
  if (const auto* failure = std::get_if<Failure>(&outcome)) return SetFailure(*failure, row);
  const auto& samples = std::get<RepetitionSamples>(outcome);
  row.latency.Add(samples);
  AddRemark(row.detail, samples.remark.value_or(""));
  row.preparation = samples.preparation;
  AddMemory(row.memory, samples.memory);
}

void LatencyStage::KeepTimes() {
  StageTime all{.stage = "latency", .unit = "repetitions"};
  for (const Case& one : context_.cases) {
    const auto taken = taken_.find(one.id);
    if (taken == taken_.end()) continue;
    const auto [repetitions, seconds] = taken->second;
    context_.speeds.Add(KindOfWork(one), repetitions, seconds);
    all.items += repetitions;
    all.seconds += seconds;
  }
  if (all.items > 0) context_.results.stages.push_back(all);
}

}  // namespace quantbench
