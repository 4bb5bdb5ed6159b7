// SPDX-License-Identifier: Apache-2.0
// Scales of weights: of a layer or of each output channel, for 2 to 8 bits.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "recipe/observer_spec.h"
#include "recipe/values.h"

namespace quantbench {

struct WeightRecipe {
  // A granularity alone is a recipe: int8 with the range of all values.
  // NOLINTNEXTLINE(google-explicit-constructor)
  WeightRecipe(Granularity of = Granularity::kPerChannel,
               WeightObserver by = WeightObserver::kMinmax, int wide = 8)
      : granularity(of), observer(by), bits(wide) {}

  Granularity granularity;
  WeightObserver observer;
  int bits;  // 2 to 8, signed: -2^(bits - 1) .. 2^(bits - 1) - 1
};

IntegerRange IntegersOf(const WeightRecipe& recipe);

// Symmetric scales, one or one for each row of weight [oc, ...].
//   minmax  s = max(max |w| / ((qmax - qmin) / 2), eps), as ComputeQParams has it
//   mse     that of s * f, f = 1, 0.99, .. 0.2, with the least sum of (q(w) * s - w)^2 in float64,
//           the largest of equals; q(w) = clamp(rne(w * (1 / s)), qmin, qmax) as AffineQuantize
// Throws Error that names the tensor where its values give no scale.
std::vector<float> WeightScales(const std::string& name, const FloatTensor& weight,
                                const WeightRecipe& recipe);

}  // namespace quantbench
