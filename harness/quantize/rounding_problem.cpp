// SPDX-License-Identifier: Apache-2.0
// Columns out of images, then sums of their products.
#include "quantize/rounding_problem.h"

#include <algorithm>
#include <cmath>

#include "quantize/expected_outputs.h"

namespace quantbench {
namespace {

constexpr int64_t kRowsAtOnce = 8;  // rows that share one walk over the expected outputs

int32_t Dot(const int16_t* a, const int16_t* b, int64_t count) {
  int32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += int32_t{a[i]} * int32_t{b[i]};
  return sum;
}

struct Gram {
  std::vector<double> mean;  // [rows, rows], of products a sample
  double shrinkage = 0;
};

// Sums of products an image are exact, their sum over images has one order.
Gram GramOf(const InputColumns& x, const ThreadPool& pool) {
  Gram gram;
  gram.mean.resize(static_cast<size_t>(x.rows * x.rows));
  std::vector<double> variance(static_cast<size_t>(x.rows)), square(static_cast<size_t>(x.rows));
  const auto images = static_cast<double>(x.images), pixels = static_cast<double>(x.pixels);
  pool.ForEach(x.rows, [&](int64_t i, int) {
    for (int64_t j = 0; j <= i; ++j) {
      double sum = 0, squares = 0;
      for (int64_t t = 0; t < x.images; ++t) {
        const auto dot =
            static_cast<double>(Dot(x.Row(i) + t * x.stride, x.Row(j) + t * x.stride, x.stride));
        sum += dot;
        squares += dot * dot;
      }
      const double mean = sum / images;
      gram.mean[static_cast<size_t>(i * x.rows + j)] = mean / pixels;
      if (i == j) continue;
      square[static_cast<size_t>(i)] += mean * mean;
      if (x.images > 1)
        variance[static_cast<size_t>(i)] += (squares / images - mean * mean) / (images - 1);
    }
  });
  double all_variance = 0, all_square = 0;
  for (int64_t i = 0; i < x.rows; ++i) {
    all_variance += variance[static_cast<size_t>(i)];
    all_square += square[static_cast<size_t>(i)];
    for (int64_t j = i + 1; j < x.rows; ++j)
      gram.mean[static_cast<size_t>(i * x.rows + j)] =
          gram.mean[static_cast<size_t>(j * x.rows + i)];
  }
  if (all_square > 0) gram.shrinkage = std::clamp(all_variance / all_square, 0.0, 1.0);
  return gram;
}

struct Cross {
  std::vector<double> mean;  // of x[k] * (t[o] - bias[o]), [outputs, rows], t in units of the sums
  std::vector<double> square;  // of (t[o] - bias[o])^2, [outputs]
};

Cross CrossOf(const InputColumns& x, const RoundingTarget& target, const ThreadPool& pool) {
  const auto outputs = static_cast<int64_t>(target.scales.size());
  const auto samples = static_cast<double>(x.images * x.pixels);
  Cross cross;
  cross.mean.resize(static_cast<size_t>(outputs * x.rows));
  cross.square.resize(static_cast<size_t>(outputs));
  std::vector<double> unit;
  for (const double scale : target.scales) unit.push_back(1.0 / (scale * target.input_scale));
  pool.ForEach((x.rows + kRowsAtOnce - 1) / kRowsAtOnce, [&](int64_t block, int) {
    const int64_t first = block * kRowsAtOnce, last = std::min(x.rows, first + kRowsAtOnce);
    std::vector<double> sums(static_cast<size_t>((last - first) * outputs)), row(unit.size());
    const float* expected = target.expected;
    for (int64_t t = 0; t < x.images; ++t) {
      for (int64_t p = 0; p < x.pixels; ++p, expected += target.expected_stride) {
        for (size_t o = 0; o < row.size(); ++o)
          row[o] = static_cast<double>(expected[o]) * unit[o] - target.bias[o];
        if (first == 0)
          for (size_t o = 0; o < row.size(); ++o) cross.square[o] += row[o] * row[o] / samples;
        for (int64_t k = first; k < last; ++k) {
          const double value = x.Row(k)[t * x.stride + p];
          double* const to = sums.data() + (k - first) * outputs;
          for (size_t o = 0; o < row.size(); ++o) to[o] += value * row[o];
        }
      }
    }
    for (int64_t k = first; k < last; ++k)
      for (int64_t o = 0; o < outputs; ++o)
        cross.mean[static_cast<size_t>(o * x.rows + k)] =
            sums[static_cast<size_t>((k - first) * outputs + o)] / samples;
  });
  return cross;
}

}  // namespace

InputColumns ColumnsOf(const Reading& r, const uint8_t* data, int64_t images, int zero_point,
                       int64_t group, const ThreadPool& pool) {
  const int64_t pixels = r.out_height * r.out_width;
  InputColumns x{.rows = r.columns * r.taps(), .images = images, .values = {}};
  x.pixels = std::min(pixels, kMostPixels);
  x.stride = (x.pixels + 7) / 8 * 8;
  x.values.resize(static_cast<size_t>(x.rows * images * x.stride));
  pool.ForEach(images, [&](int64_t image, int) {
    const std::vector<int64_t> sampled = SampledPixels(image, pixels);
    for (int64_t k = 0; k < x.rows; ++k) {
      const int64_t channel = group * r.columns + k / r.taps(), tap = k % r.taps();
      const uint8_t* const plane = data + (image * r.channels + channel) * r.height * r.width;
      const int64_t top = tap / r.kernel_width * r.window.dilation[0] - r.window.padding.top;
      const int64_t left = tap % r.kernel_width * r.window.dilation[1] - r.window.padding.left;
      int16_t* to = x.values.data() + (k * images + image) * x.stride;
      for (const int64_t pixel : sampled) {
        const int64_t iy = pixel / r.out_width * r.window.stride[0] + top;
        const int64_t ix = pixel % r.out_width * r.window.stride[1] + left;
        const bool inside = iy >= 0 && iy < r.height && ix >= 0 && ix < r.width;
        *to++ = static_cast<int16_t>(inside ? plane[iy * r.width + ix] - zero_point : 0);
      }
    }
  });
  return x;
}

RoundingProblem MakeRoundingProblem(const InputColumns& x, const RoundingTarget& target,
                                    const ThreadPool& pool) {
  const auto outputs = static_cast<int64_t>(target.scales.size());
  RoundingProblem problem{.outputs = outputs,
                          .rows = x.rows,
                          .weight = {},
                          .low = {},
                          .gram = {},
                          .pull = {},
                          .rest = {}};
  Gram gram = GramOf(x, pool);
  problem.shrinkage = gram.shrinkage;
  const Cross cross = CrossOf(x, target, pool);
  double trace = 0;
  for (int64_t k = 0; k < x.rows; ++k) trace += gram.mean[static_cast<size_t>(k * (x.rows + 1))];
  const double unit = trace > 0 ? static_cast<double>(x.rows) / trace : 0;
  const double kept = 1 - gram.shrinkage;
  problem.weight.resize(static_cast<size_t>(outputs * x.rows));
  problem.low = problem.pull = problem.weight;
  problem.rest.resize(static_cast<size_t>(outputs));
  problem.gram.resize(gram.mean.size());
  pool.ForEach(outputs, [&](int64_t o, int) {
    const auto row = static_cast<size_t>(o * x.rows);
    std::vector<double> w;
    for (int64_t k = 0; k < x.rows; ++k)
      w.push_back(static_cast<double>(target.weights[row + static_cast<size_t>(k)]) /
                  target.scales[static_cast<size_t>(o)]);
    std::vector<double> reached(static_cast<size_t>(x.rows));
    for (int64_t j = 0; j < x.rows; ++j) {
      const double* const g = gram.mean.data() + j * x.rows;
      for (int64_t k = 0; k < x.rows; ++k)
        reached[static_cast<size_t>(k)] += w[static_cast<size_t>(j)] * g[k];
    }
    double rest = cross.square[static_cast<size_t>(o)];
    for (size_t k = 0; k < w.size(); ++k) {
      rest += w[k] * (reached[k] - 2 * cross.mean[row + k]);
      problem.weight[row + k] = static_cast<float>(w[k]);
      problem.low[row + k] =
          static_cast<float>(std::clamp<double>(std::floor(w[k]), target.low, target.high - 1));
      problem.pull[row + k] = static_cast<float>((cross.mean[row + k] - reached[k]) * unit * kept);
    }
    problem.rest[static_cast<size_t>(o)] = rest * unit * kept;
  });
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.rows; ++j)
      problem.gram[static_cast<size_t>(i * x.rows + j)] = static_cast<float>(
          gram.mean[static_cast<size_t>(i * x.rows + j)] * unit * (i == j ? 1 : kept));
  return problem;
}

}  // namespace quantbench
