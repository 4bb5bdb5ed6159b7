// SPDX-License-Identifier: Apache-2.0
// The extents of a convolution's or linear layer's weights, and where each one lies.
#pragma once

#include <cstdint>

#include "conv_step.h"

namespace quantbench::engine {

struct Extents {
  int64_t oc, per_group, out_per_group, taps;

  int64_t GroupOf(int64_t o) const { return o / out_per_group; }
};

inline Extents ExtentsOf(const qb_node& node, const qb_tensor& w) {
  const int64_t taps = w.rank == 4 ? w.dims[2] * w.dims[3] : 1;
  const int64_t groups = IsLinear(node) ? 1 : node.groups;
  return {
      .oc = w.dims[0], .per_group = w.dims[1], .out_per_group = w.dims[0] / groups, .taps = taps};
}
inline Extents ExtentsOf(const ConvSource& source) { return ExtentsOf(source.node, source.weight); }

// Index of w[o, channel c of the image, tap] in the dense tensor, or -1 where it doesn't exist.
inline int64_t WeightIndex(const Extents& e, int64_t o, int64_t c, int64_t tap) {
  if (o >= e.oc) return -1;
  const int64_t in_group = c - e.GroupOf(o) * e.per_group;
  if (in_group < 0 || in_group >= e.per_group) return -1;
  return (o * e.per_group + in_group) * e.taps + tap;
}

}  // namespace quantbench::engine
