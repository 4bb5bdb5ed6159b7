// SPDX-License-Identifier: Apache-2.0
// The arithmetic of Pillow's Resample.c and Geometry.c: the same doubles, integers and bytes.
#include "dataset/pil_resample.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "support/also_for_avx2.h"

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

// A filter's weight at a distance, and the distance from which on it is zero.
struct Curve {
  double (*weight)(double x);
  double support;
};

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

double Cubic(double x) {  // Keys' with a = -0.5
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

double Sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}
double Lanczos(double x) { return -3.0 <= x && x < 3.0 ? Sinc(x) * Sinc(x / 3) : 0; }

Curve CurveOf(PilFilter filter) {
  if (filter == PilFilter::kBicubic) return {.weight = Cubic, .support = 2};
  if (filter == PilFilter::kLanczos) return {.weight = Lanczos, .support = 3};
  return {.weight = Triangle, .support = 1};
}

// Half is added away from zero before the rest is cut off.
int32_t ToWeight(double exact) {
  return static_cast<int32_t>(exact * (1 << kPrecisionBits) + (exact < 0 ? -0.5 : 0.5));
}

// The filter for positions [begin, begin + count) of an axis of `in` pixels resized to `out`.
// Widening the curve by the scale is the antialiasing that OpenCV's resize doesn't have.
Filter MakeFilter(const Curve& curve, int64_t in, int64_t out, int64_t begin, int64_t count) {
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double widened = std::max(scale, 1.0);
  const double support = curve.support * widened;
  const double inverse = 1.0 / widened;
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
      exact[x] = curve.weight((position - centre + 0.5) * inverse);
      sum += exact[x];
    }
    int32_t* const weights = &filter.weights[static_cast<size_t>(i) * filter.taps];
    for (size_t x = 0; x < length; ++x) weights[x] = ToWeight(sum != 0 ? exact[x] / sum : exact[x]);
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

// Both loops over pixels are there for AVX2 as well: plain x86-64 has no product of 32-bit integers
// in vectors. Sums of integers have the same bits in any order.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A vector is a pixel and the byte behind it, so one byte behind the row's end is read as well.
__attribute__((target("avx2"))) void ResampleRowAvx2(const uint8_t* row, const Filter& filter,
                                                     uint8_t* out) {
  const size_t outputs = filter.first.size();
  for (size_t i = 0; i < outputs; ++i) {
    const uint8_t* pixel = row + 3 * filter.first[i];
    const int32_t* const weights = filter.WeightsOf(i);
    const size_t length = filter.length[i];
    __m128i sums = _mm_set1_epi32(kHalf);
    for (size_t tap = 0; tap < length; ++tap, pixel += 3) {
      int32_t four = 0;
      std::memcpy(&four, pixel, sizeof(four));
      const __m128i bytes = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(four));
      sums = _mm_add_epi32(sums, _mm_mullo_epi32(bytes, _mm_set1_epi32(weights[tap])));
    }
    sums = _mm_srai_epi32(sums, kPrecisionBits);
    // Saturating packs clamp to 0..255.
    const __m128i packed = _mm_packus_epi16(_mm_packs_epi32(sums, sums), sums);
    const int32_t result = _mm_cvtsi128_si32(packed);
    std::memcpy(out + 3 * i, &result, 3);
  }
}

void ResampleRowFast(const uint8_t* row, const Filter& filter, uint8_t* out) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  has_avx2 ? ResampleRowAvx2(row, filter, out) : ResampleRow(row, filter, out);
}
#else
void ResampleRowFast(const uint8_t* row, const Filter& filter, uint8_t* out) {
  ResampleRow(row, filter, out);
}
#endif

// Weighted sum of `length` rows of `bytes` bytes each; `sums` is scratch of that many.
QUANTBENCH_ALSO_FOR_AVX2 void BlendRows(const uint8_t* rows, const int32_t* weights, size_t length,
                                        size_t bytes, int32_t* sums, uint8_t* out) {
  std::fill_n(sums, bytes, kHalf);
  for (size_t tap = 0; tap < length; ++tap, rows += bytes) {
    const int32_t weight = weights[tap];
    for (size_t i = 0; i < bytes; ++i) sums[i] += rows[i] * weight;
  }
  for (size_t i = 0; i < bytes; ++i) out[i] = ToByte(sums[i]);
}

// For each of positions [begin, begin + count) of an axis resized to `out`, the input's; -1 where
// the sums' rounding leads beyond its end. Pillow adds step by step, and so do the roundings here.
std::vector<int64_t> NearestPositions(int64_t in, int64_t out, int64_t begin, int64_t count) {
  const double step = static_cast<double>(in) / static_cast<double>(out);
  double position = step * 0.5;
  for (int64_t i = 0; i < begin; ++i) position += step;
  std::vector<int64_t> positions;
  for (int64_t i = 0; i < count; ++i, position += step) {
    const auto nearest = static_cast<int64_t>(position);
    positions.push_back(nearest < in ? nearest : -1);
  }
  return positions;
}

}  // namespace

RgbImage PilNearestPart(const RgbImage& image, ImageSize size, const Region& wanted) {
  const auto columns = NearestPositions(image.width, size.width, wanted.left, wanted.width);
  const auto rows = NearestPositions(image.height, size.height, wanted.top, wanted.height);
  RgbImage part{.height = static_cast<int>(wanted.height),
                .width = static_cast<int>(wanted.width),
                .pixels = std::vector<uint8_t>(rows.size() * columns.size() * 3)};
  auto out = part.pixels.begin();
  for (const int64_t row : rows) {
    for (const int64_t column : columns) {
      if (row >= 0 && column >= 0)
        std::copy_n(image.pixels.begin() + (row * image.width + column) * 3, 3, out);
      out += 3;
    }
  }
  return part;
}

RgbImage PilResampledPart(const RgbImage& image, ImageSize size, const Region& wanted,
                          PilFilter filter) {
  const Curve curve = CurveOf(filter);
  const Filter across = MakeFilter(curve, image.width, size.width, wanted.left, wanted.width);
  const Filter down = MakeFilter(curve, image.height, size.height, wanted.top, wanted.height);

  // Horizontal pass, over the rows that the vertical windows reach: [rows, wanted.width, 3].
  const auto outputs = static_cast<size_t>(wanted.height);
  const size_t first_row = down.first[0];
  const size_t rows = down.End(outputs - 1) - first_row;
  const size_t row_bytes = static_cast<size_t>(wanted.width) * 3;
  const size_t stride = static_cast<size_t>(image.width) * 3;
  std::vector<uint8_t> narrowed(rows * row_bytes);
  for (size_t row = 0; row < rows; ++row) {
    const size_t from = first_row + row;
    const bool is_last = from + 1 == static_cast<size_t>(image.height);  // no byte behind it
    (is_last ? ResampleRow : ResampleRowFast)(&image.pixels[from * stride], across,
                                              &narrowed[row * row_bytes]);
  }

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
