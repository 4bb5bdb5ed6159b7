// SPDX-License-Identifier: Apache-2.0
// The default scenario cut down to a few images, for tests of whole runs.
#pragma once

#include <string>
#include <vector>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench::testing {

// Accuracy alone, one backend, with more changes on top.
inline Scenario SmallScenario(const std::vector<Override>& changes = {}) {
  std::vector<Override> overrides{{"dataset.root", DefaultImages().string()},
                                  {"dataset.calibration.per_class", "1"},
                                  {"matrix.backend", "reference"},
                                  {"matrix.batch_size", "1"},
                                  {"latency", "off"},
                                  {"expect", "off"}};  // is of all 2,400 images
  overrides.insert(overrides.end(), changes.begin(), changes.end());
  return LoadScenario(SourceDir() / "scenarios" / "default.yaml", overrides);
}

// A dozen images, where nothing depends on accuracies.
inline Scenario TinyScenario(std::vector<Override> changes = {}) {
  changes.insert(changes.begin(), {"dataset.evaluation.images", "12"});
  return SmallScenario(changes);
}

inline RunOptions OptionsIn(const ScratchFolder& scratch, int jobs = 2) {
  return {.out = scratch.path() / "out",
          .cache = scratch.path() / "cache",
          .plugin_folders = {BinaryDir() / "lib" / "quantbench"},
          .filter = {},
          .jobs = jobs};
}

// Takes the last line, "finished", off the journal, and returns what is left.
inline std::string ReopenJournal(const RunOptions& options) {
  std::string text = ReadTextFile(options.out / "journal.jsonl");
  text.erase(text.rfind('\n', text.size() - 2) + 1);
  WriteFileAtomically(options.out / "journal.jsonl", text);
  return text;
}

// tests/abi/faulty_plugin.cpp with one fault, as an entry of matrix.backend.
inline std::string FaultyBackend(const std::string& fault) {
  const std::filesystem::path library = BinaryDir() / "tests" / "faulty_plugins" / (fault + ".so");
  return "{name: " + fault + ", file: '" + library.string() + "'}";
}

// How the row of a plugin with a fault ends.
struct FaultyRow {
  std::string fault;
  Status status;
  std::string detail;  // a part of it
  bool changes_under_sanitizers = false;
};

}  // namespace quantbench::testing
