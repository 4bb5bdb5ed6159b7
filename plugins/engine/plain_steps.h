// SPDX-License-Identifier: Apache-2.0
// Functions of one element, products, and channels moved around: kernels where there are some, else
// loops over channels, which compilers vectorise.
#pragma once

#include <memory>
#include <vector>

#include "kernels.h"
#include "step.h"

namespace quantbench::engine {

// Any node without weights in the engine's own layout, or NULL where there is none for it. Inputs
// are the node's; NULL: constant.
std::unique_ptr<Step> MakePlainStep(const Kernels& kernels, const qb_model& model,
                                    const qb_node& node, const std::vector<const Value*>& inputs,
                                    const Value& y);

// Maximum and average pooling.
std::unique_ptr<Step> MakePoolStep(const Kernels& kernels, const qb_node& node, const Value& x,
                                   const Value& y);

}  // namespace quantbench::engine
