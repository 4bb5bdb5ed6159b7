// SPDX-License-Identifier: Apache-2.0
// Where an engine's values leave those of the formulas, layer by layer.
#pragma once

#include <cstdint>
#include <string>

#include "record/field.h"

namespace quantbench {

// Values differ where integers do, and floats by more than 1e-4 of a layer's largest magnitude.
struct LayerComparison {
  int64_t images = 0;            // that were looked at, one by one
  int64_t layers = 0;            // whose values the engine gives
  std::string first;             // the first of them with values that differ; empty: none has
  int64_t place = 0;             // of it among them, from 1 on; 0: none
  double differing_percent = 0;  // of its values
};

template <>
struct Fields<LayerComparison> {
  static constexpr std::tuple kAll{
      Field("images", &LayerComparison::images), Field("layers", &LayerComparison::layers),
      Field("first", &LayerComparison::first), Field("place", &LayerComparison::place),
      Field("differing_percent", &LayerComparison::differing_percent, {.decimals = 4})};
};

}  // namespace quantbench
