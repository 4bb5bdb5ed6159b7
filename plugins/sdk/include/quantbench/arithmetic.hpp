// SPDX-License-Identifier: Apache-2.0
// The formulas of arithmetic.md that every integer operator shares, in plain C++.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "quantbench/fma.hpp"
#include "quantbench/functions.hpp"
#include "quantbench/plugin.h"

namespace quantbench::plugin {

// What a quantised output may be: the integers lo..hi around its zero point.
struct OutputRange {
  int32_t lo;
  int32_t hi;
  int32_t zero_point;
};

// The largest integer that an activation may be.
inline int32_t MostOf(const qb_tensor& tensor) {
  const bool has_most = tensor.struct_size >= offsetof(qb_tensor, most) + sizeof(tensor.most);
  if (has_most && tensor.most > 0) return tensor.most;
  return tensor.dtype == QB_U16 ? 65535 : 255;
}

// What an output of integers from 0 to `most` may be.
inline OutputRange RangeOf(qb_activation activation, float scale, int32_t zero_point,
                           int32_t most = 255) {
  OutputRange range{.lo = 0, .hi = most, .zero_point = zero_point};
  if (activation != QB_NONE) range.lo = std::max(0, zero_point);
  if (activation == QB_RELU6) {
    const double six = std::nearbyint(6.0 / static_cast<double>(scale));
    range.hi = static_cast<int32_t>(std::min<double>(most, zero_point + six));
  }
  return range;
}
inline OutputRange RangeOf(qb_activation activation, const qb_tensor& output) {
  return RangeOf(activation, output.scales[0], output.zero_points[0], MostOf(output));
}

// A cap in the output's integers.
template <class T = uint8_t>
T QuantizeCap(float cap, float scale, int32_t zero_point,
              int32_t most = std::numeric_limits<T>::max()) {
  const double q =
      zero_point + std::nearbyint(static_cast<double>(cap) / static_cast<double>(scale));
  return static_cast<T>(std::clamp<double>(q, 0.0, most));
}

// emit(r) = z + rne(clamp(r, lo - z, hi - z)); NaN gives lo.
template <class T = uint8_t>
T Emit(float r, const OutputRange& range) {
  const auto lo = static_cast<float>(range.lo - range.zero_point);
  const auto hi = static_cast<float>(range.hi - range.zero_point);
  const float clamped = std::min(r > lo ? r : lo, hi);
  // lrintf rounds like rne and is one instruction where nearbyintf is a call.
  return static_cast<T>(range.zero_point + static_cast<int32_t>(std::lrintf(clamped)));
}

// Products and quotients of scales: float32 in the order written, one rounding an operation.
inline float ConvMultiplier(float input_scale, float weight_scale, float output_scale) {
  return input_scale * weight_scale / output_scale;
}
inline float RescaleMultiplier(float input_scale, float output_scale) {
  return input_scale / output_scale;
}
inline float PoolMultiplier(float input_scale, float output_scale, int64_t count) {
  return input_scale / (output_scale * static_cast<float>(count));
}

// The range that dynamic quantisation finds in a tensor; it always includes 0. Both ends are NaN
// where the tensor holds NaN or infinity.
struct DynamicRange {
  float lo = 0.0f;
  float hi = 0.0f;
};

struct DynamicQParams {
  float scale;  // NaN: the range has no qparams, and outputs are NaN
  int32_t zero_point;
};

inline DynamicQParams DynamicQParamsOf(const DynamicRange& range) {
  const float width = range.hi - range.lo;
  // False for NaN as well as for a width beyond float32.
  if (!(width <= std::numeric_limits<float>::max()))
    return {.scale = std::numeric_limits<float>::quiet_NaN(), .zero_point = 0};
  const float scale = std::max(width / 255.0f, 0x1p-23f);
  const float zero_point = std::clamp(-std::nearbyintf(range.lo / scale), 0.0f, 255.0f);
  return {.scale = scale, .zero_point = static_cast<int32_t>(zero_point)};
}

inline float ProductMultiplier(float a_scale, float b_scale, float output_scale) {
  return ConvMultiplier(a_scale, b_scale, output_scale);
}

// The operators that are a function of one element.
constexpr bool IsUnary(qb_op op) {
  return (op >= QB_CLIP && op <= QB_LEAKY_RELU) || (op >= QB_ELU && op <= QB_RECIPROCAL);
}

// log(1 + exp(x)), where neither overflows nor cancels.
inline double Softplus(double x) { return std::max(x, 0.0) + same::Log1p(same::Exp(-std::abs(x))); }

// Those functions of one number that need more than arithmetic.
inline double SmoothFunction(qb_op op, const float parameters[2], double x) {
  const auto p = static_cast<double>(parameters[0]), q = static_cast<double>(parameters[1]);
  switch (op) {
    case QB_SIGMOID:
      return 1.0 / (1.0 + same::Exp(-x));
    case QB_SILU:
      return x / (1.0 + same::Exp(-x));
    case QB_ELU:
      return x < 0.0 ? p * same::Expm1(x) : x;
    case QB_SELU:
      return q * (x < 0.0 ? p * same::Expm1(x) : x);
    case QB_CELU:
      return x < 0.0 ? p * same::Expm1(x / p) : x;
    case QB_GELU:
      return x / 2.0 * same::Erfc(-x * 0.70710678118654752440);
    case QB_GELU_TANH:
      return x / 2.0 * (1.0 + same::Tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));
    case QB_MISH:
      return x * same::Tanh(Softplus(x));
    case QB_SOFTPLUS:
      return Softplus(x);
    case QB_TANH:
      return same::Tanh(x);
    case QB_ERF:
      return same::Erf(x);
    case QB_EXP:
      return same::Exp(x);
    default:
      return same::Log(x);  // QB_LOG
  }
}

// Such a function of one number.
template <class T>
T UnaryFunction(qb_op op, const float parameters[2], T x) {
  const T p = static_cast<T>(parameters[0]), q = static_cast<T>(parameters[1]);
  const auto clamp = [](T value, T lo, T hi) { return std::min(value > lo ? value : lo, hi); };
  if constexpr (std::is_same_v<T, float>) {
    if (op == QB_SIGMOID) return SigmoidF32(x);
    if (op == QB_SILU) return SiluF32(x);
  }
  switch (op) {
    case QB_CLIP:
      return clamp(x, p, q);
    case QB_HARD_SIGMOID:
      return clamp(p * x + q, T{0}, T{1});
    case QB_HARD_SWISH:
      return x * clamp(x + T{3}, T{0}, T{6}) / T{6};
    case QB_LEAKY_RELU:
      return x < T{0} ? p * x : x;
    case QB_SOFTSIGN:
      return x / (T{1} + std::abs(x));
    case QB_THRESHOLDED_RELU:
      return x > p ? x : T{0};
    case QB_SQRT:
      return std::sqrt(x);
    case QB_ABS:
      return std::abs(x);
    case QB_RECIPROCAL:
      return T{1} / x;
    default:
      return static_cast<T>(SmoothFunction(op, parameters, static_cast<double>(x)));
  }
}

struct Scaling {
  float scale;
  int32_t zero_point;
  int32_t most = 0;  // 0: what the type holds
};

// What it makes of each quantised input, uint8_t or uint16_t: the operator's second input in
// integer models.
template <class T>
std::vector<T> UnaryTable(qb_op op, const float parameters[2], const Scaling& input,
                          const Scaling& output) {
  std::vector<T> table;
  const int32_t most = output.most > 0 ? output.most : int32_t{std::numeric_limits<T>::max()};
  const OutputRange range = RangeOf(QB_NONE, output.scale, output.zero_point, most);
  for (int32_t q = 0; q <= std::numeric_limits<T>::max(); ++q) {
    const double x = static_cast<double>(q - input.zero_point) * static_cast<double>(input.scale);
    const double y = UnaryFunction(op, parameters, x) / static_cast<double>(output.scale);
    table.push_back(Emit<T>(static_cast<float>(y), range));
  }
  return table;
}

// Of eight bits.
inline std::array<uint8_t, 256> UnaryTable(qb_op op, const float parameters[2], float input_scale,
                                           int32_t input_zero_point, float output_scale,
                                           int32_t output_zero_point) {
  const std::vector<uint8_t> values = UnaryTable<uint8_t>(
      op, parameters, {input_scale, input_zero_point}, {output_scale, output_zero_point});
  std::array<uint8_t, 256> table{};
  std::copy(values.begin(), values.end(), table.begin());
  return table;
}

}  // namespace quantbench::plugin
