// SPDX-License-Identifier: Apache-2.0
// What a run has finished, one line each, on disk before the next thing begins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/case_result.h"

namespace quantbench {

// One evaluation: of a backend, a recipe and, where it matters, a batch size.
struct EvaluationEntry {
  std::string name;  // also of its predictions file
  std::variant<Evaluation, Failure> outcome;
  bool from_cache = false;  // no image was looked at
  double seconds = 0;
};
template <>
struct Fields<EvaluationEntry> {
  static constexpr std::string_view kKind = "evaluation";
  static constexpr std::tuple kAll{Field("name", &EvaluationEntry::name),
                                   Outcome(&EvaluationEntry::outcome),
                                   Field("from_cache", &EvaluationEntry::from_cache),
                                   Field("seconds", &EvaluationEntry::seconds)};
};

// An evaluation began; without an EvaluationEntry behind it, it was cut short.
struct StartedEntry {
  std::string name;
};
template <>
struct Fields<StartedEntry> {
  static constexpr std::string_view kKind = "started";
  static constexpr std::tuple kAll{Field("name", &StartedEntry::name)};
};

// One repetition of a case's latency.
struct RepetitionEntry {
  std::string case_id;
  int round = 0;
  std::variant<RepetitionSamples, Failure> outcome;
};
template <>
struct Fields<RepetitionEntry> {
  static constexpr std::string_view kKind = "repetition";
  static constexpr std::tuple kAll{Field("case_id", &RepetitionEntry::case_id),
                                   Field("round", &RepetitionEntry::round),
                                   Outcome(&RepetitionEntry::outcome, "samples")};
};

// The run came to its end: another one starts afresh.
struct FinishedEntry {};
template <>
struct Fields<FinishedEntry> {
  static constexpr std::string_view kKind = "finished";
  static constexpr std::tuple<> kAll{};
};

using JournalEntry = std::variant<EvaluationEntry, StartedEntry, RepetitionEntry, FinishedEntry>;

// All that a run's results depend on, by name: a journal goes on only where all are equal.
using RunIdentity = std::map<std::string, std::string>;

// What the journal in a folder holds for a run.
struct JournalContent {
  std::vector<JournalEntry> entries;  // in the order of their writing
  size_t good_bytes = 0;              // that can be continued; 0: nothing can
  // Why the journal of an unfinished run can't be continued; empty where there is none.
  std::string why_not;
};
JournalContent ReadJournal(const std::filesystem::path& folder, const RunIdentity& identity);

// OUT/journal.jsonl. The first line holds the identity. Not for two threads at once; the folder's
// lock (support/lock_file.h) keeps other processes away.
class Journal {
 public:
  // Opens the journal of an unfinished run with the same identity, whose entries are then
  // `finished()`; a last line that was cut off is dropped. Otherwise begins a new one, and what
  // was there is kept as journal.jsonl.old: `begun_anew()` says why. `restart` always begins anew.
  // Throws WriteError.
  Journal(const std::filesystem::path& folder, const RunIdentity& identity, bool restart);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // In the order of their writing.
  const std::vector<JournalEntry>& entries() const { return entries_; }
  // Why an existing journal of an unfinished run wasn't continued; empty where there was none.
  const std::string& begun_anew() const { return begun_anew_; }

  // On disk when it returns. Throws WriteError, and leaves the journal as it was before.
  void Append(const JournalEntry& entry);

 private:
  void WriteLine(const std::string& line);

  std::filesystem::path file_;
  std::vector<JournalEntry> entries_;
  std::string begun_anew_;
  int descriptor_ = -1;
};

}  // namespace quantbench
