// SPDX-License-Identifier: Apache-2.0
// Finds functions of one element that exporters write as several nodes: by what they compute, so
// that it doesn't matter how they write it.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "model/operators/operators.h"
#include "model/passes.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench {
namespace {

size_t Position(ValueId id) { return static_cast<size_t>(id); }

// Where functions are compared: both sides of all their corners, and where they are nearly linear.
constexpr std::array kPoints{-12.0, -8.0, -6.0, -4.0,  -3.25, -3.0, -2.75, -2.5, -2.0, -1.5, -1.0,
                             -0.7,  -0.4, -0.1, -1e-2, 1e-2,  0.1,  0.3,   0.6,  0.9,  1.0,  1.4,
                             1.9,   2.4,  2.9,  3.0,   3.3,   4.0,  5.0,   6.0,  7.5,  9.0,  12.0};
using Samples = std::array<double, kPoints.size()>;

// What a value is as a function of values before it, each by itself.
using Origins = std::map<ValueId, Samples>;
constexpr size_t kMostOrigins = 16;  // the nearest: nobody writes a function in more nodes

struct KnownFunction {
  Unary unary;
  Samples samples{};
};

Samples SamplesOf(const Unary& unary, const Samples& x) {
  qb_node node{};
  DescribeToPlugin(unary, node);
  Samples y;
  for (size_t i = 0; i < x.size(); ++i)
    y[i] = plugin::UnaryFunction(node.op, node.parameters, x[i]);
  return y;
}

std::vector<KnownFunction> KnownFunctions() {
  std::vector<KnownFunction> known{
      {{.function = Function::kHardSigmoid, .parameters = {1.0f / 6.0f, 0.5f}}},
      {{.function = Function::kHardSwish}},
      {{.function = Function::kSigmoid}},
      {{.function = Function::kSilu}},
      {{.function = Function::kGelu}},
      {{.function = Function::kGeluTanh}},
      {{.function = Function::kMish}},
      {{.function = Function::kSoftplus}},
      {{.function = Function::kSoftsign}},
      {{.function = Function::kTanh}}};
  for (KnownFunction& each : known) each.samples = SamplesOf(each.unary, kPoints);
  return known;
}

bool AreNear(const Samples& a, const Samples& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    // False for NaN.
    if (!(std::abs(a[i] - b[i]) <= 5e-5 * std::max(1.0, std::abs(b[i])))) return false;
  }
  return true;
}

class FunctionFinder {
 public:
  explicit FunctionFinder(Graph& graph)
      : graph_(graph), known_(KnownFunctions()), origins_(graph.values.size()) {}

  // Whether anything was replaced.
  bool Run() {
    for (Node& node : graph_.nodes) {
      Origins origins = OriginsOf(node);
      if (node.activation == Activation::kNone && Replace(node, origins)) origins = OriginsOf(node);
      while (origins.size() > kMostOrigins) origins.erase(origins.begin());
      origins_[Position(node.output)] = std::move(origins);
    }
    return replaced_;
  }

 private:
  // With the value itself; what the file quantises is nothing else.
  Origins WithItself(ValueId value) const {
    Origins all;
    if (!graph_.values[Position(value)].given) all = origins_[Position(value)];
    all.emplace(value, kPoints);
    return all;
  }

  static double Activated(double y, Activation activation) {
    if (activation == Activation::kNone) return y;
    return activation == Activation::kRelu ? std::max(y, 0.0) : std::clamp(y, 0.0, 6.0);
  }

  // x * scale + shift, where both are one number for all channels.
  static std::optional<std::array<double, 2>> LineOf(const BatchNorm& norm) {
    std::optional<std::array<double, 2>> line;
    for (size_t c = 0; c < norm.gamma.size(); ++c) {
      const double scale =
          double{norm.gamma[c]} / std::sqrt(double{norm.variance[c]} + double{norm.epsilon});
      const std::array here{scale, double{norm.beta[c]} - double{norm.mean[c]} * scale};
      if (line && *line != here) return std::nullopt;
      line = here;
    }
    return line;
  }

  static std::optional<Samples> Applied(const Node& node, const Samples& x) {
    Samples y = x;
    if (const auto* const unary = std::get_if<Unary>(&node.op)) {
      y = SamplesOf(*unary, x);
    } else if (const auto* const norm = std::get_if<BatchNorm>(&node.op)) {
      const auto line = LineOf(*norm);
      if (!line) return std::nullopt;
      for (double& value : y) value = value * (*line)[0] + (*line)[1];
    } else if (!std::holds_alternative<Activate>(node.op)) {
      return std::nullopt;
    }
    return y;
  }

  static std::optional<Samples> Combined(const Node& node, const Samples& a, const Samples& b) {
    Samples y = a;
    const bool product = std::holds_alternative<Mul>(node.op);
    if (!product && !std::holds_alternative<Add>(node.op)) return std::nullopt;
    for (size_t i = 0; i < y.size(); ++i) y[i] = product ? a[i] * b[i] : a[i] + b[i];
    return y;
  }

  Origins OriginsOf(const Node& node) const {
    Origins found;
    const auto add = [&](ValueId origin, std::optional<Samples> samples) {
      if (!samples) return;
      for (double& y : *samples) y = Activated(y, node.activation);
      found.emplace(origin, *samples);
    };
    if (node.inputs.size() == 1) {
      for (const auto& [origin, x] : WithItself(node.inputs[0])) add(origin, Applied(node, x));
    } else if (node.inputs.size() == 2 && ShapeOf(node.inputs[0]) == ShapeOf(node.inputs[1])) {
      const Origins of_b = WithItself(node.inputs[1]);
      for (const auto& [origin, a] : WithItself(node.inputs[0])) {
        const auto b = of_b.find(origin);
        if (b != of_b.end()) add(origin, Combined(node, a, b->second));
      }
    }
    return found;
  }

  const Shape& ShapeOf(ValueId value) const { return graph_.values[Position(value)].shape; }

  // The farthest origin first: the most nodes go.
  bool Replace(Node& node, const Origins& origins) {
    for (const auto& [origin, samples] : origins) {
      if (std::holds_alternative<Unary>(node.op) && node.inputs[0] == origin) continue;
      for (const KnownFunction& each : known_) {
        if (!AreNear(samples, each.samples)) continue;
        node.op = each.unary;
        node.inputs = {origin};
        replaced_ = true;
        return true;
      }
    }
    return false;
  }

  Graph& graph_;
  const std::vector<KnownFunction> known_;
  std::vector<Origins> origins_;  // [values]
  bool replaced_ = false;
};

}  // namespace

void FuseFunctions(Graph& graph) {
  CheckGraph(graph);
  if (FunctionFinder(graph).Run()) DropUnread(graph);
}

}  // namespace quantbench
