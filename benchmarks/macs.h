// SPDX-License-Identifier: Apache-2.0
// How much work a layer is.
#pragma once

#include "quantbench/plugin.h"

namespace quantbench::benchmarks {

// Multiply-adds of one image's convolution or linear layer; 0 for other nodes.
double MacsOf(const qb_model& model, const qb_node& node);

}  // namespace quantbench::benchmarks
