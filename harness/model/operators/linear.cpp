// SPDX-License-Identifier: Apache-2.0
// Matrix products with constant weights.
#include "model/operators/weighted.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using onnx_import::Constant;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::View;

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
    node.Refuse("its input must be [n,k], it has " + CountText(view.dims.size() + 1, "dimension") +
                "; products of other tensors (attention) are not supported");
  return view;
}

void ImportGemm(NodeImport& node) {
  if (node.Int("transA", 0) != 0) node.Refuse("a transposed input (transA) is not supported");
  const View x = VectorAt(node, 0);
  const Constant& weight = node.ConstantAt(1, "weight");
  const bool transposed = node.Int("transB", 0) != 0;
  const float alpha = node.Float("alpha", 1.0f), beta = node.Float("beta", 1.0f);
  Linear linear{{.weight = RowsOf(node, weight, transposed, alpha), .bias = {}}};
  if (node.Has(2)) {
    SetBias(node, weight, 2, linear, transposed ? 0 : 1);
    for (float& bias : linear.bias) bias *= beta;
    if (beta != 1.0f) linear.given.bias.clear();
  } else {
    SetScales(weight, linear.given, transposed ? 0 : 1);
  }
  for (float& scale : linear.given.scales) scale *= alpha;
  if (!(alpha > 0.0f)) linear.given.scales.clear();
  node.SetValue(node.Add(std::move(linear), {node.Flat(x)}));
}

void ImportMatMul(NodeImport& node) {
  const View x = VectorAt(node, 0);
  const Constant& weight = node.ConstantAt(1, "weight");
  Linear linear{{.weight = RowsOf(node, weight, false, 1.0f), .bias = {}}};
  SetScales(weight, linear.given, 1);
  node.SetValue(node.Add(std::move(linear), {node.Flat(x)}));
}

constexpr OperatorImport kLinearImports[] = {{"Gemm", ImportGemm}, {"MatMul", ImportMatMul}};

// Weights as MatMulInteger takes them: [k, oc] from [oc, k].
std::vector<int8_t> Transposed(const Shape& shape, const std::vector<int8_t>& values) {
  const auto rows = static_cast<size_t>(shape[0]), columns = static_cast<size_t>(shape[1]);
  std::vector<int8_t> transposed(values.size());
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) transposed[c * rows + r] = values[r * columns + c];
  }
  return transposed;
}

class LinearRoom final : public WeightedRules<Linear> {
  std::string_view Name(const Linear&) const override { return "linear"; }

  Shape OutputShape(const Linear& linear, const NodeShapes& node) const override {
    const Shape& input = node.Only();
    const Shape& weight = linear.weight.shape;
    CheckWeights(node, linear, "[oc,k]", 2);
    if (input != Shape{weight[1]})
      node.Refuse("its weight " + ToString(weight) + " needs an input of [" +
                  std::to_string(weight[1]) + "]" +
                  (input.size() == 3 ? "; a flatten node must come before it" : ""));
    return {weight[0]};
  }

  qb_op PluginOp(const Linear&) const override { return QB_LINEAR; }
  qb_op DynamicPluginOp() const override { return QB_DYNAMIC_LINEAR; }

  void WriteOnnx(const Linear&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Gemm").Int("transB", 1);
  }
  void WriteIntegerSums(const Linear& linear, const IntegerInputs& inputs, const std::string& sums,
                        onnx_export::GraphWriter& file) const override {
    const Shape& shape = linear.weight.shape;
    const std::string weight = file.AddConstant(inputs.weight_name, {shape[1], shape[0]},
                                                Transposed(shape, inputs.weight));
    file.AddNode("MatMulInteger", {inputs.values, weight, inputs.zero_point}, sums);
  }
  size_t ExtentsBehindChannels() const override { return 0; }
  std::span<const OperatorImport> OnnxImports() const override { return kLinearImports; }
};

}  // namespace

const WeightedRules<Linear>& RulesOf(const Linear&) { return OnlyOne<LinearRoom>(); }

}  // namespace quantbench
