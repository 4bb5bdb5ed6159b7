// SPDX-License-Identifier: Apache-2.0
// From a range of values to scale and zero point.
#pragma once

#include <string_view>

#include "graph/quantized_graph.h"
#include "recipe/observer_spec.h"

namespace quantbench {

// Scale and zero point that spread [min, max], with zero taken into it, over the integers of the
// spec, in float32, with lo = min(min, 0) and hi = max(max, 0):
//   affine     scale = max((hi - lo) / (qmax - qmin), eps),
//              zero_point = clamp(qmin - rne(lo / scale), qmin, qmax)
//   symmetric  scale = max(max(-lo, hi) / ((qmax - qmin) / 2), eps), zero_point 0 for qint8; for
//              quint8 128, or floor((qmin + qmax) / 2) where the spec sets quant_min and quant_max
// (Source: PyTorch 1.13, torch.ao.quantization.observer.UniformQuantizationObserverBase.) The zero
// point is one of the dtype's own integers. Throws Error that names `tensor`: a range that isn't
// finite or is upside down, a scale that is 0 or not a number, a zero point outside the dtype.
QParams ComputeQParams(float min, float max, const ObserverSpec& spec,
                       std::string_view tensor = "tensor");

// The same real values as quint8 of the spec's bits, which is all that activations are to backends:
// qint8 and its zero point move up by 128, or half of what fewer bits hold.
QParams AsQuint8(QParams qparams, const ObserverSpec& spec);

}  // namespace quantbench
