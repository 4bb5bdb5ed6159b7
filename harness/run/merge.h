// SPDX-License-Identifier: Apache-2.0
// Parts of a run, made anywhere, joined to the results that one machine gives.
#pragma once

#include <filesystem>
#include <vector>

#include "record/results.h"

namespace quantbench {

struct MergeOptions {
  std::filesystem::path out;
  // Folders of runs over parts, or of merges that were partial.
  std::vector<std::filesystem::path> from;
  bool partial = false;     // parts may be missing
  bool holds_lock = false;  // the caller works in `out`
};

// Writes results.csv, results.json, predictions/ and models/ to options.out: accuracies and
// predictions are the same bytes as those of one run over all images, in whatever order parts are
// given or joined before. Where parts are missing, rows say that they are partial, and the parts
// stay in options.out, so that it can be merged with the rest. Throws Error, with all parts that
// are missing, doubled, of another run, or damaged, and for a missed `expect`: nothing is written
// then. Throws WriteError.
Results MergeParts(const MergeOptions& options);

}  // namespace quantbench
