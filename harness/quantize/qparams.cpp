// SPDX-License-Identifier: Apache-2.0
// The qparams formulas in float32, one rounding an operation.
#include "quantize/qparams.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "support/error.h"

namespace quantbench {
namespace {

std::string Text(float value) { return std::to_string(value); }

[[noreturn]] void Fail(std::string_view tensor, const std::string& problem) {
  throw Error("tensor '" + std::string(tensor) + "': " + problem);
}

void RequireRange(float min, float max, std::string_view tensor) {
  if (std::isfinite(min) && std::isfinite(max) && min <= max) return;
  Fail(tensor, "a range from " + Text(min) + " to " + Text(max) +
                   " gives no scale; it must be finite and not upside down");
}

void RequireScale(float scale, const ObserverSpec& spec, std::string_view tensor) {
  // Quantisation multiplies by the inverse, which must be a number as well.
  if (std::isfinite(scale) && scale > 0.0f && std::isfinite(1.0f / scale)) return;
  if (std::isfinite(scale)) {
    Fail(tensor,
         "its values are all so close to 0 that its scale is too small to divide by; raise "
         "eps (now " +
             std::to_string(spec.eps) + ", the default is 1.19e-07)");
  }
  Fail(tensor, "its values lie too far apart for a float32 scale; check the checkpoint");
}

void RequireZeroPoint(int zero_point, const ObserverSpec& spec, std::string_view tensor) {
  const IntegerRange allowed = IntegersOf(spec.dtype);
  if (allowed.min <= zero_point && zero_point <= allowed.max) return;
  Fail(tensor, "zero point " + std::to_string(zero_point) + " is outside " +
                   std::to_string(allowed.min) + ".." + std::to_string(allowed.max) + ", what " +
                   std::string(ToString(spec.dtype)) +
                   " holds; choose quant_min and quant_max inside it");
}

int SymmetricZeroPoint(const ObserverSpec& spec, IntegerRange integers) {
  if (spec.dtype == QuantizedDtype::kQint8) return 0;
  if (!spec.quant_min && spec.bits == kActivationBits) return 128;
  return (integers.min + integers.max) >> 1;  // rounds down, also below zero
}

}  // namespace

QParams ComputeQParams(float min, float max, const ObserverSpec& spec, std::string_view tensor) {
  RequireRange(min, max, tensor);
  const IntegerRange integers = IntegersOf(spec);
  const float lo = std::min(min, 0.0f), hi = std::max(max, 0.0f);
  const auto steps = static_cast<float>(integers.max - integers.min);
  const auto eps = static_cast<float>(spec.eps);
  QParams qparams;
  if (spec.scheme == QuantizationScheme::kSymmetric) {
    qparams.scale = std::max(std::max(-lo, hi) / (steps / 2.0f), eps);
    RequireScale(qparams.scale, spec, tensor);
    qparams.zero_point = SymmetricZeroPoint(spec, integers);
  } else {
    qparams.scale = std::max((hi - lo) / steps, eps);
    RequireScale(qparams.scale, spec, tensor);
    const auto qmin = static_cast<float>(integers.min), qmax = static_cast<float>(integers.max);
    qparams.zero_point =
        static_cast<int32_t>(std::clamp(qmin - std::nearbyint(lo / qparams.scale), qmin, qmax));
  }
  RequireZeroPoint(qparams.zero_point, spec, tensor);
  return qparams;
}

QParams AsQuint8(QParams qparams, const ObserverSpec& spec) {
  const IntegerRange held = IntegersOf(spec.dtype, spec.bits);
  qparams.zero_point -= held.min;
  qparams.most = held.max - held.min;
  return qparams;
}

}  // namespace quantbench
