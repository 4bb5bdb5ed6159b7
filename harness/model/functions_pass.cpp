// SPDX-License-Identifier: Apache-2.0
// Finds functions of one element that exporters write as several nodes.
#include <cmath>
#include <optional>
#include <utility>

#include "model/passes.h"

namespace quantbench {
namespace {

size_t Position(ValueId id) { return static_cast<size_t>(id); }

class FunctionFinder {
 public:
  explicit FunctionFinder(Graph& graph) : graph_(graph), writer_(graph.values.size(), -1) {
    for (size_t n = 0; n < graph.nodes.size(); ++n)
      writer_[Position(graph.nodes[n].output)] = static_cast<int>(n);
  }

  // Whether anything was replaced.
  bool Run() {
    for (Node& node : graph_.nodes) {
      if (node.activation != Activation::kNone) continue;
      if (const auto x = HardSigmoidOf(node)) {
        Replace(node, *x, {.function = Function::kHardSigmoid, .parameters = {1.0f / 6.0f, 0.5f}});
      } else if (const auto scaled = ScaledHardSwishOf(node)) {
        Replace(node, *scaled, {.function = Function::kHardSwish});
      } else if (std::holds_alternative<Mul>(node.op)) {
        ReplaceProduct(node);
      }
    }
    return replaced_;
  }

 private:
  // The node that writes a value, unless the file quantises it: then it stays apart.
  const Node* Producer(ValueId value) const {
    const int n = writer_[Position(value)];
    return n < 0 || graph_.values[Position(value)].given ? nullptr
                                                         : &graph_.nodes[static_cast<size_t>(n)];
  }

  void Replace(Node& node, ValueId x, Unary unary) {
    node.op = unary;
    node.inputs = {x};
    replaced_ = true;
  }

  static bool IsNear(double value, double expected) { return std::abs(value - expected) < 1e-5; }

  // x * scale + shift with the same two numbers for all channels.
  static bool IsAffine(const Node& node, double scale, double shift) {
    const auto* norm = std::get_if<BatchNorm>(&node.op);
    if (norm == nullptr || node.activation != Activation::kNone) return false;
    for (size_t c = 0; c < norm->gamma.size(); ++c) {
      const double factor =
          double{norm->gamma[c]} / std::sqrt(double{norm->variance[c]} + double{norm->epsilon});
      const double offset = double{norm->beta[c]} - double{norm->mean[c]} * factor;
      if (!IsNear(factor, scale) || !IsNear(offset, shift)) return false;
    }
    return !norm->gamma.empty();
  }

  // x where `value` is relu6(x + 3).
  std::optional<ValueId> ShiftedRelu6Of(ValueId value) const {
    const Node* const clip = Producer(value);
    if (clip == nullptr || !std::holds_alternative<Activate>(clip->op) ||
        clip->activation != Activation::kRelu6)
      return std::nullopt;
    const Node* shift = Producer(clip->inputs[0]);
    // PyTorch exports relu6 as relu and a clip behind it.
    if (shift != nullptr && std::holds_alternative<Activate>(shift->op) &&
        shift->activation == Activation::kRelu)
      shift = Producer(shift->inputs[0]);
    if (shift == nullptr || !IsAffine(*shift, 1.0, 3.0)) return std::nullopt;
    return shift->inputs[0];
  }

  // x where the node is relu6(x + 3) / 6.
  std::optional<ValueId> HardSigmoidOf(const Node& node) const {
    return IsAffine(node, 1.0 / 6.0, 0.0) ? ShiftedRelu6Of(node.inputs[0]) : std::nullopt;
  }

  // x where the node is (x * relu6(x + 3)) / 6.
  std::optional<ValueId> ScaledHardSwishOf(const Node& node) const {
    if (!IsAffine(node, 1.0 / 6.0, 0.0)) return std::nullopt;
    const Node* const product = Producer(node.inputs[0]);
    if (product == nullptr || !std::holds_alternative<Mul>(product->op) ||
        product->activation != Activation::kNone)
      return std::nullopt;
    for (const size_t i : {0u, 1u}) {
      const ValueId x = product->inputs[i];
      if (ShiftedRelu6Of(product->inputs[1 - i]) == x) return x;
    }
    return std::nullopt;
  }

  // x * sigmoid(x) and x * hard_sigmoid(x).
  void ReplaceProduct(Node& node) {
    for (const size_t i : {0u, 1u}) {
      const Node* const factor = Producer(node.inputs[1 - i]);
      const auto* unary = factor == nullptr ? nullptr : std::get_if<Unary>(&factor->op);
      if (unary == nullptr || factor->inputs[0] != node.inputs[i] ||
          factor->activation != Activation::kNone)
        continue;
      if (unary->function == Function::kSigmoid)
        return Replace(node, factor->inputs[0], {.function = Function::kSilu});
      const bool is_hard = unary->function == Function::kHardSigmoid &&
                           IsNear(double{unary->parameters[0]}, 1.0 / 6.0) &&
                           IsNear(double{unary->parameters[1]}, 0.5);
      if (is_hard) return Replace(node, factor->inputs[0], {.function = Function::kHardSwish});
    }
  }

  Graph& graph_;
  bool replaced_ = false;
  std::vector<int> writer_;  // [values] index of a node, -1: none
};

}  // namespace

void FuseFunctions(Graph& graph) {
  CheckGraph(graph);
  if (FunctionFinder(graph).Run()) DropUnread(graph);
}

}  // namespace quantbench
