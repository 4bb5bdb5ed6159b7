// SPDX-License-Identifier: Apache-2.0
// The arithmetic of Pillow's Resample.c: the same doubles, the same integers, the same bytes.
#include "dataset/pil_resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace quantbench {
namespace {

constexpr int kPrecisionBits =
    32 - 8 - 2;  // products of a byte and weights that sum to 1 fit int32
constexpr int32_t kHalf = 1 << (kPrecisionBits - 1);

// For each output position: where its window of input positions begins, and the weights there.
struct Filter {
  size_t taps = 0;               // of the largest window; the weights of smaller ones end in zeros
  std::vector<size_t> first;     // [outputs]
  std::vector<size_t> length;    // [outputs]
  std::vector<int32_t> weights;  // [outputs, taps], kPrecisionBits fractional bits

  const int32_t* WeightsOf(size_t output) const { return &weights[output * taps]; }
  size_t End(size_t output) const { return first[output] + length[output]; }
};

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

// The filter for positions [begin, begin + count) of an axis of `in` pixels resized to `out`.
// Widening the triangle by the scale is the antialiasing that OpenCV's bilinear resize doesn't
// have.
Filter MakeFilter(int64_t in, int64_t out, int64_t begin, int64_t count) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double support = std::max(scale, 1.0);
  const double inverse_support = 1.0 / support;
  Filter filter;
  filter.taps = static_cast<size_t>(std::ceil(support)) * 2 + 1;
  filter.weights.resize(static_cast<size_t>(count) * filter.taps);
  std::vector<double> exact(filter.taps);
  for (int64_t i = 0; i < count; ++i) {
    const double centre = (static_cast<double>(begin + i) + 0.5) * scale;
    const auto first = std::max(static_cast<int64_t>(centre - support + 0.5), int64_t{0});
    const auto end = std::min(static_cast<int64_t>(centre + support + 0.5), in);
    const auto length = static_cast<size_t>(end - first);
    double sum = 0;
    for (size_t x = 0; x < length; ++x) {
      const double position = static_cast<double>(static_cast<int64_t>(x) + first);
      exact[x] = Triangle((position - centre + 0.5) * inverse_support);
      sum += exact[x];
    }
    int32_t* const weights = &filter.weights[static_cast<size_t>(i) * filter.taps];
    for (size_t x = 0; x < length; ++x)
      weights[x] = static_cast<int32_t>(0.5 + exact[x] / sum * (1 << kPrecisionBits));
    filter.first.push_back(static_cast<size_t>(first));
    filter.length.push_back(length);
  }
  return filter;
}

uint8_t ToByte(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

// row: [in, 3] to out: [filter.first.size(), 3].
void ResampleRow(const uint8_t* row, const Filter& filter, uint8_t* out) {
  for (size_t i = 0; i < filter.first.size(); ++i) {
    const uint8_t* pixel = row + 3 * filter.first[i];
    const int32_t* const weights = filter.WeightsOf(i);
    int32_t red = kHalf, green = kHalf, blue = kHalf;
    for (size_t tap = 0; tap < filter.length[i]; ++tap, pixel += 3) {
      red += pixel[0] * weights[tap];
      green += pixel[1] * weights[tap];
      blue += pixel[2] * weights[tap];
    }
    out[3 * i] = ToByte(red);
    out[3 * i + 1] = ToByte(green);
    out[3 * i + 2] = ToByte(blue);
  }
}

// Weighted sum of `length` rows of `bytes` bytes each; `sums` is scratch of that many.
void BlendRows(const uint8_t* rows, const int32_t* weights, size_t length, size_t bytes,
               int32_t* sums, uint8_t* out) {
  std::fill_n(sums, bytes, kHalf);
  for (size_t tap = 0; tap < length; ++tap, rows += bytes) {
    const int32_t weight = weights[tap];
    for (size_t i = 0; i < bytes; ++i) sums[i] += rows[i] * weight;
  }
  for (size_t i = 0; i < bytes; ++i) out[i] = ToByte(sums[i]);
}

}  // namespace

RgbImage PilBilinearPart(const RgbImage& image, ImageSize size, const Region& wanted) {
  const Filter across = MakeFilter(image.width, size.width, wanted.left, wanted.width);
  const Filter down = MakeFilter(image.height, size.height, wanted.top, wanted.height);

  // Horizontal pass, over the rows that the vertical windows reach: [rows, wanted.width, 3].
  const auto outputs = static_cast<size_t>(wanted.height);
  const size_t first_row = down.first[0];
  const size_t rows = down.End(outputs - 1) - first_row;
  const size_t row_bytes = static_cast<size_t>(wanted.width) * 3;
  const size_t stride = static_cast<size_t>(image.width) * 3;
  std::vector<uint8_t> narrowed(rows * row_bytes);
  for (size_t row = 0; row < rows; ++row)
    ResampleRow(&image.pixels[(first_row + row) * stride], across, &narrowed[row * row_bytes]);

  RgbImage part{.height = static_cast<int>(wanted.height),
                .width = static_cast<int>(wanted.width),
                .pixels = std::vector<uint8_t>(outputs * row_bytes)};
  std::vector<int32_t> sums(row_bytes);
  for (size_t i = 0; i < outputs; ++i)
    BlendRows(&narrowed[(down.first[i] - first_row) * row_bytes], down.WeightsOf(i), down.length[i],
              row_bytes, sums.data(), &part.pixels[i * row_bytes]);
  return part;
}

}  // namespace quantbench
