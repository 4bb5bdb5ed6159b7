// SPDX-License-Identifier: Apache-2.0
// An engine's values, layer by layer, against those of the formulas.
#pragma once

#include <optional>
#include <span>

#include "backend/backend.h"
#include "record/layer_comparison.h"

namespace quantbench {

// Runs inputs [images,c,h,w] one by one on the engine and on the operators of this program, both
// with taps. Nothing where the engine calls none. Throws Error with the engine's text. Holds the
// values of one image.
std::optional<LayerComparison> CompareLayers(const Executable& engine,
                                             std::span<const float> inputs);

}  // namespace quantbench
