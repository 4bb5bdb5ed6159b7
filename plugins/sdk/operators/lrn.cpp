// SPDX-License-Identifier: Apache-2.0
// Local response normalisation: each value divided by what its neighbours in other channels sum up
// to.
#include <algorithm>

#include "quantbench/functions.hpp"
#include "quantbench/plugin.hpp"

namespace quantbench::plugin {
namespace {

float Power(float x, float y) {
  return static_cast<float>(same::Power(static_cast<double>(x), static_cast<double>(y)));
}

}  // namespace

// x / (bias + alpha / size * sum of squares)^beta, over `size` channels around each; of an even
// number the odd one comes after.
void Operators::Lrn(const Call& call) {
  const qb_node& node = *call.node;
  const Tensor& x = call.inputs[0];
  const int64_t channels = x.dims[1], plane = x.dims[2] * x.dims[3];
  const int64_t before = (node.size - 1) / 2, after = node.size - 1 - before;
  const float alpha = node.parameters[0] / static_cast<float>(node.size);
  call.parallel.ForEach(x.dims[0] * channels, [&](int64_t nc, int /*worker*/) {
    const int64_t n = nc / channels, c = nc % channels;
    const int64_t first = std::max<int64_t>(0, c - before);
    const int64_t last = std::min(channels - 1, c + after);
    const float* const image = x.As<const float>() + n * channels * plane;
    float* const y = call.output.As<float>() + nc * plane;
    for (int64_t p = 0; p < plane; ++p) {
      float sum = 0.0f;
      for (int64_t k = first; k <= last; ++k) sum += image[k * plane + p] * image[k * plane + p];
      y[p] = image[c * plane + p] / Power(node.bias + alpha * sum, node.parameters[1]);
    }
  });
}

}  // namespace quantbench::plugin
