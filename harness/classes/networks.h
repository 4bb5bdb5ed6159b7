// SPDX-License-Identifier: Apache-2.0
// Networks of one run set against each other, image by image.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "classes/answers.h"

namespace quantbench {

// Two networks under one recipe, on the same images.
struct NetworkPair {
  std::string base, changed;                 // names
  std::string recipe;                        // "int8 minmax per_channel on x86_vnni"
  double base_percent = 0, new_percent = 0;  // Top-1
  Flips flips;
};

// Each network with each one before it, recipe by recipe, where a backend ran both. Nothing where
// a run has one network.
std::vector<NetworkPair> PairNetworks(const ClassResults& results);

// The table for the terminal; nothing without pairs.
void WriteNetworkPairs(const std::vector<NetworkPair>& pairs, size_t width, std::ostream& stream);

}  // namespace quantbench
