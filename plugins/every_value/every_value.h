// SPDX-License-Identifier: Apache-2.0
// The engine for the host itself.
#pragma once

#include "quantbench/plugin.h"

namespace quantbench::engine {

// The kernels of this machine's plugin, with nothing fused: a tap sees what every node writes but
// flatten and reshape, which may write nothing. Float results have the same bits on every path
// (arithmetic.md).
const qb_plugin& EveryValueTable();

}  // namespace quantbench::engine
