// SPDX-License-Identifier: Apache-2.0
// Local response normalisation, as AlexNet and its contemporaries have it.
#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::NodeImport;
using onnx_import::OperatorImport;

constexpr int64_t kMostChannelsOfLrn = 1 << 20;

void ImportLrn(NodeImport& node) {
  const int64_t size = node.Int("size", 0);
  if (size < 1 || size > kMostChannelsOfLrn)
    node.Refuse("its size " + std::to_string(size) + " isn't a number of channels");
  const LocalResponseNorm lrn{.size = static_cast<int>(size),
                              .alpha = node.Float("alpha", 1e-4f),
                              .beta = node.Float("beta", 0.75f),
                              .bias = node.Float("bias", 1.0f)};
  node.SetValue(node.Add(lrn, {node.Image(node.ViewAt(0), "input")}));
}

constexpr OperatorImport kLrnImports[] = {{"LRN", ImportLrn}};

class LocalResponseNormRoom final : public Rules<LocalResponseNorm> {
  std::string_view Name(const LocalResponseNorm&) const override { return "local_response_norm"; }
  Shape OutputShape(const LocalResponseNorm& lrn, const NodeShapes& node) const override {
    if (lrn.size < 1) node.Refuse("it needs a size of at least one channel");
    return node.OnlyImage();
  }
  bool TakesActivation() const override { return false; }
  bool StaysFloat() const override { return true; }

  qb_op PluginOp(const LocalResponseNorm&) const override { return QB_LRN; }
  void SetAttributes(const LocalResponseNorm& lrn, qb_node& node) const override {
    node.parameters[0] = lrn.alpha;
    node.parameters[1] = lrn.beta;
    node.bias = lrn.bias;
    node.size = lrn.size;
  }
  void WriteOnnx(const LocalResponseNorm& lrn, onnx_export::NodeWriter& node) const override {
    node.AddOperator("LRN")
        .Int("size", lrn.size)
        .Float("alpha", lrn.alpha)
        .Float("beta", lrn.beta)
        .Float("bias", lrn.bias);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kLrnImports; }
};

}  // namespace

const Rules<LocalResponseNorm>& RulesOf(const LocalResponseNorm&) {
  return OnlyOne<LocalResponseNormRoom>();
}

}  // namespace quantbench
