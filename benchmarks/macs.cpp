// SPDX-License-Identifier: Apache-2.0
// How much work a layer is.
#include "macs.h"

namespace quantbench::benchmarks {

double MacsOf(const qb_model& model, const qb_node& node) {
  if (node.op != QB_CONV && node.op != QB_LINEAR) return 0;
  const qb_tensor& w = *model.tensors[node.inputs[1]];
  const qb_tensor& y = *model.tensors[node.output];
  double macs = y.rank == 4 ? static_cast<double>(y.dims[2] * y.dims[3]) : 1;
  for (int32_t d = 0; d < w.rank; ++d) macs *= static_cast<double>(w.dims[d]);
  return macs;
}

}  // namespace quantbench::benchmarks
