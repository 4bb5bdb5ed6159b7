// SPDX-License-Identifier: Apache-2.0
// Cross-layer equalisation: weight ranges of neighbouring layers made alike, in the float network.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace quantbench {

struct Equalization {
  struct Pair {
    std::string first, second;  // nodes
    int dead_channels = 0;      // that the second one hardly reads, and that were zeroed
  };
  struct Skipped {
    std::string node, reason;  // a layer whose output stays as it was: "'add' reads it"
  };
  std::vector<Pair> pairs;
  std::vector<Skipped> skipped;
};

// Scales channel i of what one layer writes and another alone reads by 1 / s[i], and the weights
// that read it by s[i], such that the largest weights on both sides are equal:
//   s = sqrt(r1 / r2),  r1[i] = max |w1[i, ...]|,  r2[i] = max |w2[.., i, ..]|
// (Source: arXiv 1906.04721, section 4.1.) Pairs overlap, so that is repeated until it settles.
// Between the two may stand what commutes with a positive factor a channel: relu, leaky relu,
// PReLU, pooling, flattening, caps; relu6 becomes relu and a cap a channel, 6 / s. Depthwise and
// grouped convolutions are layers like others. What can't be equalised stays as it is and is told.
//
// A channel whose readers' weights are all but zero beside those of the other channels is zeroed
// where it is written: s would be without bound. That alone changes what the network computes,
// beside rounding. `graph` is prepared for inference.
Equalization Equalize(Graph& graph);

}  // namespace quantbench
