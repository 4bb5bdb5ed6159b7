// SPDX-License-Identifier: Apache-2.0
// Two builds measured in one schedule, so that what hits the machine hits both.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ab/build.h"
#include "ab/turns.h"
#include "compare/compare.h"

namespace quantbench {

struct AbOptions {
  CommonArguments arguments;
  std::filesystem::path folder;  // base/, new/ and pairs.csv are written there
  TurnSettings turn;
  double precision = 0.03;   // measuring a case ends where its interval is as tight: +-3%
  double max_seconds = 120;  // or after so long, a case
  CompareOptions compare;    // limits; which metrics
};

// First both builds run all cases, for accuracy and size, which are compared as CompareResults
// does. Then pairs of turns, a case's on base and on new right after one another, which of them
// first drawn anew each time, the cases in turn; a case ends where its interval is tight at a look,
// or its time is over. Worse: the ratio is above the limit and its interval, with the confidence
// that alpha leaves over all looks, lies above 1. Incomparable where the time was over before
// that could be told. Throws Error, or Interrupt with the pairs that were measured in pairs.csv.
Comparison CompareBuilds(const BuildPair& builds, const AbOptions& options);

// The latency alone, of the cases that both builds can run, by case id.
std::map<std::string, LatencyFinding> MeasureInTurns(const BuildPair& builds,
                                                     const AbOptions& options);

}  // namespace quantbench
