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

#include "latency/latency.h"
#include "report/row.h"

namespace quantbench {

// How a unit of work ended where it has no result.
struct Failure {
  Status status = Status::kFailed;
  std::string detail;
};

// What an evaluation gives to rows.
struct Accuracy {
  int64_t images = 0, top1_correct = 0, top5_correct = 0;
  std::string outputs_hash;
  std::optional<int64_t> fallback_nodes;
};

// One evaluation: of a backend, a recipe and, where it matters, a batch size.
struct EvaluationEntry {
  std::string name;  // also of its predictions file
  std::variant<Accuracy, Failure> outcome;
  bool from_cache = false;  // no image was looked at
  double seconds = 0;
};
// An evaluation began; without an EvaluationEntry behind it, it was cut short.
struct StartedEntry {
  std::string name;
};
// One repetition of a case's latency.
struct RepetitionEntry {
  std::string case_id;
  int round = 0;
  std::variant<RepetitionSamples, Failure> outcome;
};
// The run came to its end: another one starts afresh.
struct FinishedEntry {};
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
