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
#include "support/descriptor.h"

namespace quantbench {

// One evaluation: of a backend, a recipe and, where it matters, a batch size.
struct EvaluationEntry {
  std::string name;  // also of its predictions file
  std::variant<Evaluation, Failure> outcome;
  bool from_cache = false;  // no image was looked at
  double seconds = 0;
  std::string predictions_hash{};  // of its predictions file; empty where it failed
};
template <>
struct Fields<EvaluationEntry> {
  static constexpr std::string_view kKind = "evaluation";
  static constexpr std::tuple kAll{Field("name", &EvaluationEntry::name),
                                   Outcome(&EvaluationEntry::outcome),
                                   Field("from_cache", &EvaluationEntry::from_cache),
                                   Field("seconds", &EvaluationEntry::seconds),
                                   Field("predictions_hash", &EvaluationEntry::predictions_hash)};
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
  // Which line isn't as it was written, where one isn't; `entries` end before it.
  std::string damage;
  std::string last_check;  // of the last good line
};
JournalContent ReadJournal(const std::filesystem::path& folder, const RunIdentity& identity);

// A line: a JSON object of at least one member with its checksum as one more. `last_check` is that
// of the line before, and then its own.
std::string WithCheck(std::string object, std::string& last_check);

// OUT/journal.jsonl. The first line holds the identity. Each line ends with a checksum over its
// bytes and the checksum of the line before it: one that was changed, moved, or taken from another
// journal is noticed, and nothing from there on is believed. Not for two threads at
// once; the folder's lock (support/lock_file.h) keeps other processes away.
class Journal {
 public:
  // Opens the journal of an unfinished run with the same identity, whose entries are then
  // `entries()`; a last line that was cut off is dropped. Otherwise begins a new one:
  // `begun_anew()` says why. What was there is kept as journal.jsonl.old, then and where a line was
  // damaged. `restart` always begins anew. Throws WriteError.
  Journal(const std::filesystem::path& folder, const RunIdentity& identity, bool restart);
  // In the order of their writing.
  const std::vector<JournalEntry>& entries() const { return entries_; }
  // Why an existing journal of an unfinished run wasn't continued; empty where there was none.
  const std::string& begun_anew() const { return begun_anew_; }
  // Which line was damaged; empty where none was.
  const std::string& damage() const { return damage_; }

  // On disk when it returns. Throws WriteError, and leaves the journal as it was before.
  void Append(const JournalEntry& entry);

 private:
  void WriteLine(const std::string& line);

  std::filesystem::path file_;
  std::vector<JournalEntry> entries_;
  std::string begun_anew_, damage_;
  std::string last_check_;
  Descriptor descriptor_;
};

}  // namespace quantbench
