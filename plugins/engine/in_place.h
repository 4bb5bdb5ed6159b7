// SPDX-License-Identifier: Apache-2.0
// Concatenations without copies: values that are written where they are wanted.
#pragma once

#include <functional>
#include <vector>

#include "step.h"

namespace quantbench::engine {

// Which nodes can work on pixels that lie further apart than their channels need.
struct StridedNodes {
  std::function<bool(int32_t node)> reads;  // as its first operand
  std::function<bool(int32_t node)> writes;
};

// Gives the inputs of concatenations, where nothing is to be computed on the way, their places in
// the output; and a concatenation whose inputs lie side by side in another one its place there, as
// in DenseNet, where each layer reads all before it. `values` has all values with places of their
// own; `readers` and `writer` are those of each tensor, -1: none.
void PlaceConcatenations(const qb_model& model, const StridedNodes& strided,
                         const std::vector<std::vector<int32_t>>& readers,
                         const std::vector<int32_t>& writer, std::vector<Value>& values);

}  // namespace quantbench::engine
