// SPDX-License-Identifier: Apache-2.0
// One step of the flow: what it makes for each case, what of it is there, and making the rest.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "scenario/matrix.h"
#include "stage/journal.h"
#include "stage/speeds.h"

namespace quantbench {

// What there is of a case's artefact.
enum class ArtefactState {
  kNotNeeded,
  kToDo,
  kCached,
  kFinished,     // in the journal of an unfinished run that would be continued
  kUnknown,      // its key isn't known before something else is made
  kUnsupported,  // the backend won't make it (RunContext::WhyUnsupported)
};
// "-", "to do", "cached", "finished", "unknown", "unsupported"
std::string_view ToString(ArtefactState state);

struct CaseState {
  ArtefactState state = ArtefactState::kUnknown;
  struct Repetitions {
    int done = 0, total = 0;
  };
  std::optional<Repetitions> repetitions{};  // of a stage that is made in such
};

// Stages are walked in the order of the flow, three times: Key for all; then, by a plan, StateOf
// and WorkLeft; by a run, Check for all, and then Make.
class Stage {
 public:
  virtual ~Stage() = default;

  virtual std::string_view name() const = 0;

  // Names what the stage makes and looks for it in the cache. Reads files for their hashes; decodes
  // and imports nothing. Throws Error for what is wrong with files and folders.
  virtual void Key() {}
  // Takes over what an unfinished run has left in its journal.
  virtual void Recall(const std::vector<JournalEntry>& /*entries*/) {}
  // Whether Make goes on from the journal and adds to it.
  virtual bool IsJournaled() const { return false; }

  // Call these two after Key; StateOf also before it, where the state needs no key.
  virtual bool NeedsKeys() const { return true; }
  virtual CaseState StateOf(const Case& one) = 0;
  virtual std::vector<Work> WorkLeft() = 0;

  // Everything that can be wrong and shows before an image is decoded. Throws Error.
  virtual void Check() {}
  // Makes what isn't there and joins what it gives to the rows. Throws Error for what no case can
  // survive, WriteError, and Interrupt.
  virtual void Make() = 0;
};

}  // namespace quantbench
