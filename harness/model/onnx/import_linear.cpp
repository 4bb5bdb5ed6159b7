// SPDX-License-Identifier: Apache-2.0
// Matrix products with constant weights, their biases, and softmax.
#include <cmath>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {
namespace {

// Rows [oc,k] of a matrix [oc,k], or [k,oc] where it isn't transposed yet; its scales alike.
FloatTensor RowsOf(NodeImport& node, const Constant& matrix, bool transposed, float factor) {
  if (matrix.dims.size() != 2 || !matrix.is_float() || matrix.count() == 0)
    node.Refuse("its weight " + ToString(matrix.dims) + " must be a matrix of floats");
  node.state().budget.Take(matrix.count());
  if (transposed && factor == 1.0f) return {.shape = matrix.dims, .values = matrix.floats};
  const auto rows = static_cast<size_t>(matrix.dims[transposed ? 0 : 1]);
  const auto depth = static_cast<size_t>(matrix.dims[transposed ? 1 : 0]);
  FloatTensor weight{.shape = {static_cast<int64_t>(rows), static_cast<int64_t>(depth)},
                     .values = std::vector<float>(rows * depth)};
  for (size_t o = 0; o < rows; ++o) {
    for (size_t k = 0; k < depth; ++k)
      weight.values[o * depth + k] =
          factor * matrix.floats[transposed ? o * depth + k : k * rows + o];
  }
  return weight;
}

View VectorAt(NodeImport& node, int input) {
  View view = node.ViewAt(input);
  if (view.dims.size() != 1)
    node.Refuse("its input must be [n,k], it has " + std::to_string(view.dims.size() + 1) +
                " dimensions; products of other tensors (attention) are not supported");
  return view;
}

void ImportGemm(NodeImport& node) {
  if (node.Int("transA", 0) != 0) node.Refuse("a transposed input (transA) is not supported");
  const View x = VectorAt(node, 0);
  const Constant& weight = node.ConstantAt(1, "weight");
  const bool transposed = node.Int("transB", 0) != 0;
  const float alpha = node.Float("alpha", 1.0f), beta = node.Float("beta", 1.0f);
  if (weight.quantized && (alpha != 1.0f || beta != 1.0f))
    node.Refuse("quantised weights with alpha or beta other than 1 are not supported");
  Linear linear{.weight = RowsOf(node, weight, transposed, alpha), .bias = {}};
  if (node.Has(2)) {
    SetBias(node, weight, 2, linear.bias, linear.given, transposed ? 0 : 1);
    for (float& bias : linear.bias) bias *= beta;
  } else {
    SetScales(node, weight, linear.given, transposed ? 0 : 1);
  }
  node.SetValue(node.Add(std::move(linear), {node.Flat(x)}));
}

void ImportMatMul(NodeImport& node) {
  const View x = VectorAt(node, 0);
  const Constant& weight = node.ConstantAt(1, "weight");
  Linear linear{.weight = RowsOf(node, weight, false, 1.0f), .bias = {}};
  SetScales(node, weight, linear.given, 1);
  node.SetValue(node.Add(std::move(linear), {node.Flat(x)}));
}

// Over the classes: all other dimensions but the batch's must be 1.
void ImportSoftmax(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", node.opset() < 13 ? 1 : -1), view.dims.size() + 1);
  // Before opset 13 all dimensions from the axis on are one.
  const int64_t over = node.opset() < 13 ? NumElements(view.dims)
                       : axis == 0       ? 1
                                         : view.dims[static_cast<size_t>(axis - 1)];
  if (axis == 0 || over != NumElements(view.dims))
    node.Refuse("softmax is supported over all classes of an image alone");
  const ValueId scores = node.Add(Softmax{}, {node.Flat(view)});
  View result = WholeValue(node.graph(), scores);
  result.dims = view.dims;
  result.strides = RowMajorStrides(view.dims);
  node.SetView(result);
}

constexpr OperatorImport kOperators[] = {
    {"Gemm", ImportGemm}, {"MatMul", ImportMatMul}, {"Softmax", ImportSoftmax}};

}  // namespace

void SetScales(const NodeImport& node, const Constant& weight, GivenIntegers& given, int axis) {
  if (weight.quantized == nullptr) return;
  const Integers& integers = *weight.quantized;
  if (integers.scales.size() > 1 && integers.axis != axis)
    node.Refuse("its weight has a scale for each index of axis " + std::to_string(integers.axis) +
                "; one for each output channel (axis " + std::to_string(axis) + ") was expected");
  for (const int32_t value : integers.values) {
    if (value < -128 || value > 127) node.Refuse("its weight must be of 8-bit integers");
  }
  given.scales = integers.scales;
}

void SetBias(NodeImport& node, const Constant& weight, int input, std::vector<float>& bias,
             GivenIntegers& given, int axis) {
  SetScales(node, weight, given, axis);
  if (!node.Has(input)) return;
  const Constant& constant = node.ConstantAt(input, "bias");
  const auto channels = weight.dims[static_cast<size_t>(axis)];
  const bool one = constant.count() == 1 && channels != 1;
  if (!constant.is_float() || (constant.count() != channels && !one))
    node.Refuse("its bias " + ToString(constant.dims) + " must have one value for each of the " +
                std::to_string(channels) + " output channels");
  node.state().budget.Take(channels);
  bias =
      one ? std::vector<float>(static_cast<size_t>(channels), constant.floats[0]) : constant.floats;
  if (constant.quantized != nullptr && !one && !given.scales.empty())
    given.bias = constant.quantized->values;
}

std::span<const OperatorImport> LinearOperators() { return kOperators; }

}  // namespace quantbench::onnx_import
