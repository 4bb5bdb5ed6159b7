// SPDX-License-Identifier: Apache-2.0
// --set path=value of the command line, put into the tree before it is read.
#pragma once

#include <deque>
#include <vector>

#include "scenario/document.h"
#include "scenario/parse.h"

namespace quantbench::yaml {

// Replaces or adds the node at each override's dotted path, in their order; mappings on the way
// that aren't there are made. Appends a source to `sources` for each.
void ApplyOverrides(const std::vector<Override>& overrides, std::deque<Source>& sources, Node& root,
                    Mistakes& mistakes);

}  // namespace quantbench::yaml
