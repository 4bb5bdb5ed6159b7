// SPDX-License-Identifier: Apache-2.0
// The identity of a graph, for caches.
#pragma once

#include <string>

#include "model/graph.h"

namespace quantbench {

// 32 hexadecimal digits of everything that decides what a graph computes: its structure, attributes
// and weights; and of its names, which results hold.
std::string HashGraph(const Graph& graph);

}  // namespace quantbench
