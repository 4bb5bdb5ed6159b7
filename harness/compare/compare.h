// SPDX-License-Identifier: Apache-2.0
// Compares two results, case by case.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compare/comparison.h"
#include "compare/predictions.h"

namespace quantbench {

struct CompareOptions {
  Budget budget;
  bool accuracy = true, latency = true, size = true;
  // Everything that base has must be compared: latency of another machine makes a case
  // incomparable, where without it there is only a note.
  bool strict = false;
  // Rows of other networks too, which then are compared whatever their models are.
  bool across_models = false;
  std::optional<std::string> only;  // glob on case ids
  // By case id: latencies that were measured in pairs, which stand in place of those that the
  // results hold.
  std::map<std::string, LatencyFinding> paired_latency;
  // Results of any machine, scenario and time: those of them that are earlier runs of a case on
  // new's machine tell how far its latencies differ from run to run. They outlive the comparison.
  std::vector<const Results*> earlier;
};

// A results.json with the files beside it.
struct LoadedResults {
  std::filesystem::path file;
  Results results;
};
LoadedResults LoadResults(const std::filesystem::path& path);

// Rows with the same case_id are compared, or those of PairsAcrossModels:
// - accuracy where model (unless across models) and evaluation images are the same: image by image
// (McNemar) where both
//   have the predictions, else by counts; worse where Top-1 fell by more than the limit and p <=
//   alpha, or where outputs had to be identical and aren't;
// - latency where machine, ISA path and build type are the same and nothing was emulated: the fast
//   runs of the quietest quarter of the repetitions, in units of the yardstick, as samples of a
//   rank test; worse where the ratio of medians is above the limit, p <= alpha, and the ratio is
//   above what runs of one build differ by on that machine (SpreadOfRuns), else unclear;
// - size: worse where the ratio is above the limit.
// Throws Error for broken predictions files.
Comparison CompareResults(const LoadedResults& base, const LoadedResults& changed,
                          const CompareOptions& options);

}  // namespace quantbench
