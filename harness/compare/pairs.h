// SPDX-License-Identifier: Apache-2.0
// Which rows of two results are set against each other.
#pragma once

#include <string>
#include <vector>

#include "compare/compare.h"

namespace quantbench {

struct PairedRows {
  std::string id;
  const Row* base;     // nullptr where base has no such case
  const Row* changed;  // nullptr where new hasn't
};

// By case id, in the order of base, then new ones.
std::vector<PairedRows> PairsById(const Results& base, const Results& changed);

// By all that cases differ by except the network: each of base with each of new, but no network
// with itself where there is another one. Of one file, which networks then are paired with those
// behind them. The id names both, unless neither side has several.
std::vector<PairedRows> PairsAcrossModels(const LoadedResults& base, const LoadedResults& changed);

}  // namespace quantbench
