// SPDX-License-Identifier: Apache-2.0
// Float tensors to integers and back, per tensor or per channel.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/quantized_graph.h"
#include "recipe/observer_spec.h"

namespace quantbench {

// q = clamp(rne(x * (1 / scale)) + zero_point, integers.min, integers.max), in float32, halves to
// even. (Source: torch.quantize_per_tensor and quantize_per_channel of PyTorch 1.13 on CPU, which
// multiply by the inverse; ONNX's QuantizeLinear, and so plugins/sdk/arithmetic.md for what runs in
// a model, divide. The two differ by one for about one value in a million, at ties.) Throws Error
// that names the tensor: NaN or infinity in it, a scale that isn't positive and finite, a zero
// point outside `integers`.
std::vector<int32_t> AffineQuantize(std::span<const float> values, const QParams& qparams,
                                    IntegerRange integers, std::string_view tensor = "tensor");

// One QParams for each index of dimension `axis`. Throws Error also for an axis that the tensor
// doesn't have, and for another number of qparams than the axis is long.
std::vector<int32_t> AffineQuantize(const FloatTensor& values, std::span<const QParams> qparams,
                                    int axis, IntegerRange integers,
                                    std::string_view tensor = "tensor");

// x = float(q - zero_point) * scale.
std::vector<float> AffineDequantize(std::span<const int32_t> integers, const QParams& qparams);
// Throws Error as above for the axis and the number of qparams.
std::vector<float> AffineDequantize(std::span<const int32_t> integers, const Shape& shape,
                                    std::span<const QParams> qparams, int axis,
                                    std::string_view tensor = "tensor");

}  // namespace quantbench
