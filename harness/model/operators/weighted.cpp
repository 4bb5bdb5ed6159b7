// SPDX-License-Identifier: Apache-2.0
// Weights and biases: checked, counted, and taken from ONNX files.
#include "model/operators/weighted.h"

#include <algorithm>
#include <utility>

#include "model/onnx/view.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {

void CheckWeights(const NodeShapes& node, const Weighted& layer, const char* layout, size_t rank) {
  const FloatTensor& weight = layer.weight;
  const bool filled = weight.shape.size() == rank && IsPossible(weight.shape) &&
                      static_cast<size_t>(NumElements(weight.shape)) == weight.values.size();
  if (!filled)
    node.Refuse("its weight of shape " + ToString(weight.shape) + " with " +
                CountText(weight.values.size(), "value") + " isn't a filled " + layout);
  if (!layer.bias.empty() && layer.bias.size() != static_cast<size_t>(weight.shape[0]))
    node.Refuse("its bias has " + CountText(layer.bias.size(), "value") + ", " +
                std::to_string(weight.shape[0]) + " (or none) were expected");
}

NodeCost WeightsCost(const Weighted& op, const Shape& output) {
  const int64_t weights = NumElements(op.weight.shape), outputs = NumElements(output);
  NodeCost cost{.parameters = weights + static_cast<int64_t>(op.bias.size())};
  if (op.weight.shape.empty() || weights <= 0) return cost;
  const int64_t products = weights / op.weight.shape[0];  // an output
  if (__builtin_mul_overflow(outputs, products, &cost.macs))
    throw Error(std::to_string(outputs) + " * " + std::to_string(products) + " exceeds 64 bits");
  return cost;
}

namespace onnx_import {

// Where they aren't one a channel, or don't fit int8, the weights are floats.
void SetScales(const Constant& weight, GivenIntegers& given, int axis) {
  if (weight.quantized == nullptr) return;
  const Integers& integers = *weight.quantized;
  if (!std::ranges::all_of(integers.values, [](int32_t q) { return q >= -128 && q <= 127; }))
    return;
  if (integers.scales.size() == 1) {
    given.scales = integers.scales;
    return;
  }
  const auto channels = static_cast<size_t>(weight.dims[static_cast<size_t>(axis)]);
  const auto inner = static_cast<size_t>(RowMajorStrides(weight.dims)[static_cast<size_t>(axis)]);
  std::vector<float> scales(channels, -1.0f);
  for (size_t i = 0; i < integers.scales.size(); ++i) {
    float& scale = scales[i / inner % channels];
    if (scale >= 0.0f && scale != integers.scales[i]) return;
    scale = integers.scales[i];
  }
  given.scales = std::move(scales);
}

void SetBias(NodeImport& node, const Constant& weight, int input, Weighted& layer, int axis) {
  SetScales(weight, layer.given, axis);
  if (!node.Has(input)) return;
  const Constant& constant = node.ConstantAt(input, "bias");
  const auto channels = weight.dims[static_cast<size_t>(axis)];
  const bool one = constant.count() == 1 && channels != 1;
  if (!constant.is_float() || (constant.count() != channels && !one))
    node.Refuse("its bias " + ToString(constant.dims) + " must have one value for each of the " +
                std::to_string(channels) + " output channels");
  node.state().budget.Take(channels);
  layer.bias =
      one ? std::vector<float>(static_cast<size_t>(channels), constant.floats[0]) : constant.floats;
  if (constant.quantized != nullptr && !one && !layer.given.scales.empty())
    layer.given.bias = constant.quantized->values;
}

}  // namespace onnx_import
}  // namespace quantbench
