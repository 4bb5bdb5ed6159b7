// SPDX-License-Identifier: Apache-2.0
// The schedule of an A/B comparison.
#include "ab/ab.h"

#include <fcntl.h>

#include <chrono>
#include <map>
#include <span>
#include <system_error>

#include "ab/paired_case.h"
#include "dataset/random.h"
#include "record/json.h"
#include "scenario/matrix.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kScheduleSeed = 20261129;  // of who is first in each pair
// A turn that fails is a plugin's, or the machine's for once.
constexpr int kTries = 3;

double Seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

// Every pair as it was measured, for whoever wants to see for themselves; written as they come.
class PairsFile {
 public:
  explicit PairsFile(const std::filesystem::path& file)
      : file_(file), descriptor_(OpenToWrite(file, O_WRONLY | O_CREAT | O_TRUNC)) {
    Append("case_id,pair,first,base_ms,new_ms,base_cpu_ms,new_cpu_ms\n");
  }

  void Add(const std::string& case_id, bool base_first, const Repetition& base,
           const Repetition& changed) {
    const auto wall = [](const Repetition& one) {
      return one.fast_ms ? SignificantText(*one.fast_ms, 6) : std::string();
    };
    std::string line = case_id;
    for (const std::string& cell :
         {std::to_string(++pairs_[case_id]), std::string(base_first ? "base" : "new"), wall(base),
          wall(changed), SignificantText(base.fast_cpu_ms, 6),
          SignificantText(changed.fast_cpu_ms, 6)})
      line += "," + cell;
    Append(line + "\n");
  }

 private:
  void Append(const std::string& line) const {
    const int problem = WriteAll(descriptor_.get(), std::as_bytes(std::span(line)));
    if (problem != 0)
      throw WriteError("can't write '" + file_.string() +
                       "': " + std::generic_category().message(problem));
  }

  std::filesystem::path file_;
  Descriptor descriptor_;
  std::map<std::string, int> pairs_;
};

class Schedule {
 public:
  Schedule(const Turns& base, const Turns& changed, const AbOptions& options)
      : base_(base),
        changed_(changed),
        options_(options),
        random_(kScheduleSeed),
        file_(options.folder / "pairs.csv") {}

  void Measure(std::vector<PairedCase>& cases) {
    std::map<std::string, Clock::duration> taken;
    Progress progress("measure", "s");
    const double all = options_.max_seconds * static_cast<double>(cases.size());
    for (bool left = true; left;) {
      left = false;
      for (PairedCase& one : cases) {
        if (one.finished()) continue;
        const Clock::time_point start = Clock::now();
        MeasurePair(one);
        taken[one.case_id()] += Clock::now() - start;
        if (!one.finished() && Seconds(taken[one.case_id()]) >= options_.max_seconds)
          one.EndOfTime();
        left |= !one.finished();
        progress.Update(static_cast<int64_t>(Spent(cases, taken)), static_cast<int64_t>(all),
                        Described(one));
      }
    }
    progress.Update(static_cast<int64_t>(all), static_cast<int64_t>(all));
  }

 private:
  // A case that is finished early has all its time behind it.
  double Spent(const std::vector<PairedCase>& cases,
               const std::map<std::string, Clock::duration>& taken) const {
    double seconds = 0;
    for (const PairedCase& one : cases) {
      const auto found = taken.find(one.case_id());
      seconds += one.finished()         ? options_.max_seconds
                 : found != taken.end() ? Seconds(found->second)
                                        : 0;
    }
    return seconds;
  }

  static std::string Described(const PairedCase& one) {
    if (!one.estimate() || one.estimate()->low <= 0) return one.case_id();
    return one.case_id() + " " + FixedText(one.estimate()->ratio, 3) + "x \u00b1" +
           FixedText(100 * one.estimate()->HalfWidth(), 1) + "%";
  }

  void MeasurePair(PairedCase& one) {
    const bool base_first = random_.Below(2) == 0;
    try {
      Repetition base, changed;
      if (base_first) base = Turn(base_, one.case_id());
      changed = Turn(changed_, one.case_id());
      if (!base_first) base = Turn(base_, one.case_id());
      file_.Add(one.case_id(), base_first, base, changed);
      one.Add(base, changed);
    } catch (const WriteError&) {
      throw;
    } catch (const Error& error) {
      one.Fail(error.what());
    }
  }

  Repetition Turn(const Turns& turns, const std::string& case_id) const {
    for (int attempt = 1;; ++attempt) {
      try {
        return turns.Measure(case_id);
      } catch (const WriteError&) {
        throw;
      } catch (const Error& error) {
        if (attempt < kTries) continue;
        throw Error((&turns == &base_ ? "base" : "new") + std::string(" failed ") +
                    std::to_string(kTries) + " times in a row: " + error.what());
      }
    }
  }

  const Turns& base_;
  const Turns& changed_;
  const AbOptions& options_;
  RandomGenerator random_;
  PairsFile file_;
};

// What both can do.
std::vector<PairedCase> CasesOf(const Results& base, const Results& changed,
                                const AbOptions& options) {
  std::vector<PairedCase> cases;
  for (const Row& row : base.rows) {
    const Row* const other = changed.Find(row.case_id);
    if (other == nullptr || row.status != Status::kOk || other->status != Status::kOk) continue;
    cases.emplace_back(row.case_id, row.threads, options.compare.budget.For(row.case_id),
                       options.precision);
  }
  return cases;
}

}  // namespace

std::map<std::string, LatencyFinding> MeasureInTurns(const BuildPair& builds,
                                                     const AbOptions& options) {
  const Turns base(builds.base, options.arguments, options.turn, options.folder / "base");
  const Turns changed(builds.changed, options.arguments, options.turn, options.folder / "new");
  Log("base: " + builds.base.given.string());
  const Results base_results = base.First(options.compare.accuracy);
  Log("new: " + builds.changed.given.string());
  const Results new_results = changed.First(options.compare.accuracy);
  std::map<std::string, LatencyFinding> findings;
  if (!options.compare.latency) return findings;
  std::vector<PairedCase> cases = CasesOf(base_results, new_results, options);
  Schedule(base, changed, options).Measure(cases);
  for (const PairedCase& one : cases) findings.emplace(one.case_id(), one.Finding());
  return findings;
}

Comparison CompareBuilds(const BuildPair& builds, const AbOptions& options) {
  CompareOptions compare = options.compare;
  compare.paired_latency = MeasureInTurns(builds, options);
  return CompareResults(LoadResults(options.folder / "base"), LoadResults(options.folder / "new"),
                        compare);
}

}  // namespace quantbench
