// SPDX-License-Identifier: Apache-2.0
// How to round a layer's weights, as a least squares problem over sampled inputs and outputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantize/layer_inputs.h"
#include "support/thread_pool.h"

namespace quantbench {

// What one group of a layer's outputs is multiplied with: integers less the zero point, 0 in the
// padding, image by image.
struct InputColumns {
  int64_t rows = 0;                // K, products in a sum
  int64_t images = 0, pixels = 0;  // sampled pixels an image
  int64_t stride = 0;              // of an image in a row: pixels, and zeros behind them
  std::vector<int16_t> values;     // [rows, images, stride]

  const int16_t* Row(int64_t k) const { return values.data() + k * images * stride; }
};

// `data` [images, channels, height, width]. The pixels are those of SampledPixels.
InputColumns ColumnsOf(const Reading& reading, const uint8_t* data, int64_t images, int zero_point,
                       int64_t group, const ThreadPool& pool);

// For each output o the integers n[k] in low[k] .. low[k] + 1 with the least
//   E = (n - w) G (n - w)' - 2 (n - w) p' + r
// which is the mean of (n x - t)^2 over the samples, where x are the input columns and t what the
// float layer gave, both in units of the integers. In a form that has no unit: G's diagonal is 1 on
// average, so weights rounded to nearest cost about 1/12 each.
struct RoundingProblem {
  int64_t outputs = 0, rows = 0;
  std::vector<float> weight;  // w [outputs, rows], over their scales
  std::vector<float> low;     // [outputs, rows]
  std::vector<float> gram;    // G [rows, rows]
  std::vector<float> pull;    // p [outputs, rows]
  std::vector<double> rest;   // r [outputs]
  double shrinkage = 0;       // what G's entries off its diagonal were shrunk by
};

// What a layer's group wants: float weights over their scales and what its sums shall be.
struct RoundingTarget {
  std::span<const float> weights;  // [outputs, rows]
  std::vector<double> scales;      // [outputs]: of the weights
  double input_scale = 1;
  std::span<const int32_t> bias;  // [outputs]
  // [images, pixels, all outputs of the layer], from that of the group on.
  const float* expected = nullptr;
  int64_t expected_stride = 0;
  int low = -128, high = 127;  // integers that there are
};

// Images of a sample are few, and neighbouring pixels alike, so G's entries off the diagonal are
// shrunk towards 0 by what their variance between images calls for, and p likewise. (Source:
// J. Schaefer, K. Strimmer, Statistical Applications in Genetics and Molecular Biology 4 (2005) 32,
// target D.) Products are exact and sums in a fixed order.
RoundingProblem MakeRoundingProblem(const InputColumns& columns, const RoundingTarget& target,
                                    const ThreadPool& pool);

}  // namespace quantbench
