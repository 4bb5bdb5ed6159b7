// SPDX-License-Identifier: Apache-2.0
// Stage: the time of a batch, or the throughput of several streams, case by case, with nothing else
// running.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "stage/network_stages.h"
#include "stage/run_context.h"
#include "stage/stage.h"

namespace quantbench {

// How many runs of so many threads go on at once: what the scenario says, else as many as there are
// processors for. Nothing where latency is measured.
std::optional<int64_t> StreamsOf(const LatencySpec& latency, int threads);

class LatencyStage : public Stage {
 public:
  LatencyStage(RunContext& context, const AllNetworks& networks)
      : context_(context), networks_(networks) {}

  std::string_view name() const override { return "latency"; }
  void Recall(const std::vector<JournalEntry>& entries) override;
  bool IsJournaled() const override { return context_.Measures(); }
  bool NeedsKeys() const override { return false; }
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  // Throws Error where streams and threads need more processors than there are.
  void Check() override;
  // Rounds of one repetition a case that is still good, in an order drawn anew for each round; what
  // the journal has isn't repeated. A failure becomes the row's status.
  void Make() override;

 private:
  using Outcome = std::variant<RepetitionSamples, Failure>;

  std::string KindOfWork(const Case& one) const;
  void MeasureRounds();
  void AddRepetition(const Case& one, int round, Row& row);
  bool WantsMore(const Row& row) const;
  RepetitionSamples Measure(const Case& one, const Row& row) const;
  void Join(const Outcome& outcome, Row& row) const;
  int64_t RepetitionsLeft(const std::vector<bool>& wanting) const;
  void KeepTimes();

  RunContext& context_;
  const AllNetworks& networks_;
  // From the journal, by case id and round.
  std::map<std::pair<std::string, int>, Outcome> finished_;
  // Names of evaluations and case ids: what failed isn't timed any more.
  std::set<std::string> failed_;
  // By case id: repetitions that this run measured, and the seconds that they took in all.
  std::map<std::string, std::pair<int64_t, double>> taken_;
};

}  // namespace quantbench
