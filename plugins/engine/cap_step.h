// SPDX-License-Identifier: Apache-2.0
// A cap a channel where no layer before it can clamp its own sums.
#pragma once

#include <memory>

#include "step.h"

namespace quantbench::engine {

// `caps` [channels]: u8 or float, as y is.
std::unique_ptr<Step> MakeCapStep(const void* caps, const Value& x, const Value& y);

}  // namespace quantbench::engine
