// SPDX-License-Identifier: Apache-2.0
// Batch norm, which folding takes out of every graph that is run or written.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/operators/rules.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using onnx_import::IdentityNorm;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::View;

void ImportBatchNormalization(NodeImport& node) {
  if (node.Int("training_mode", 0) != 0)
    node.Refuse("it is in training mode; export the model in evaluation mode");
  if (node.Int("spatial", 1) != 1)  // before opset 9
    node.Refuse(
        "statistics of each pixel (spatial 0) are not supported; export the model with "
        "opset_version=13");
  const View view = Whole(node, node.ViewAt(0));
  BatchNorm norm{.gamma = node.ConstantAt(1, "scale").floats,
                 .beta = node.ConstantAt(2, "B").floats,
                 .mean = node.ConstantAt(3, "mean").floats,
                 .variance = node.ConstantAt(4, "var").floats,
                 .epsilon = node.Float("epsilon", 1e-5f)};
  node.state().budget.Take(4 * static_cast<int64_t>(norm.gamma.size()));
  ScaleAndShift(node, view, std::move(norm));
}

void ImportNeg(NodeImport& node) {
  const View view = Whole(node, node.ViewAt(0));
  BatchNorm norm = IdentityNorm(static_cast<size_t>(node.ShapeOf(view.value)[0]));
  std::ranges::fill(norm.gamma, -1.0f);
  ScaleAndShift(node, view, std::move(norm));
}

constexpr OperatorImport kBatchNormImports[] = {{"BatchNormalization", ImportBatchNormalization},
                                                {"Neg", ImportNeg}};

class BatchNormRoom final : public Rules<BatchNorm> {
  std::string_view Name(const BatchNorm&) const override { return "batch_norm"; }

  Shape OutputShape(const BatchNorm& norm, const NodeShapes& node) const override {
    const Shape& input = node.Only();
    const auto channels = static_cast<size_t>(input[0]);
    const std::pair<const char*, size_t> parameters[] = {{"gamma", norm.gamma.size()},
                                                         {"beta", norm.beta.size()},
                                                         {"mean", norm.mean.size()},
                                                         {"variance", norm.variance.size()}};
    for (const auto& [name, size] : parameters) {
      if (size != channels)
        node.Refuse("its " + std::string(name) + " has " + CountText(size, "value") +
                    ", one for each of the " + CountText(channels, "channel") + " was expected");
    }
    return input;
  }

  NodeCost Cost(const BatchNorm& norm, const Shape&) const override {
    return {.parameters = static_cast<int64_t>(norm.gamma.size() + norm.beta.size())};
  }

  qb_op PluginOp(const BatchNorm&) const override {
    throw std::logic_error("batch norm must be folded before a graph reaches a plugin");
  }
  void WriteOnnx(const BatchNorm&, onnx_export::NodeWriter&) const override {
    throw std::logic_error("batch norm must be folded before export");
  }
  std::span<const OperatorImport> OnnxImports() const override { return kBatchNormImports; }
};

}  // namespace

const Rules<BatchNorm>& RulesOf(const BatchNorm&) { return OnlyOne<BatchNormRoom>(); }

}  // namespace quantbench
