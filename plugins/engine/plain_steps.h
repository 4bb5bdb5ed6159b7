// SPDX-License-Identifier: Apache-2.0
// Operators that need no kernel of their own: loops over channels, which compilers vectorise.
#pragma once

#include <memory>
#include <vector>

#include "step.h"

namespace quantbench::engine {

// Any node without weights in the engine's own layout, or NULL where there is none for it. Inputs
// are the node's; NULL: constant.
std::unique_ptr<Step> MakePlainStep(const qb_model& model, const qb_node& node,
                                    const std::vector<const Value*>& inputs, const Value& y);

// Maximum and average pooling.
std::unique_ptr<Step> MakePoolStep(const qb_node& node, const Value& x, const Value& y);

}  // namespace quantbench::engine
