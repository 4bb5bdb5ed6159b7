// SPDX-License-Identifier: Apache-2.0
// Runs a float graph on one image straight from the operators' definitions, in float64.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace quantbench::testing {

class NaiveEvaluator {
 public:
  using Values = std::vector<double>;  // row-major, as the value's shape says

  // Shapes must be inferred. Returns the graph's output.
  static Values Run(const Graph& graph, const Values& image) {
    std::vector<Values> values(graph.values.size());
    values[static_cast<size_t>(graph.input)] = image;
    for (const Node& node : graph.nodes) {
      const NaiveEvaluator operation(graph, node, values);
      Values result = std::visit(operation, node.op);
      for (double& value : result) {
        if (node.activation != Activation::kNone) value = std::max(value, 0.0);
        if (node.activation == Activation::kRelu6) value = std::min(value, 6.0);
      }
      values[static_cast<size_t>(node.output)] = std::move(result);
    }
    return values[static_cast<size_t>(graph.output)];
  }

  Values operator()(const Conv& conv) const {
    const Shape& in = InputShape();
    const int64_t in_per_group = conv.weight.shape[1];
    const int64_t out_per_group = out_[0] / conv.groups;
    Values y(static_cast<size_t>(NumElements(out_)));
    const float* weight = conv.weight.values.data();
    for (int64_t o = 0; o < out_[0]; ++o) {
      double* const plane = &y[At(o * out_[1] * out_[2])];
      const double bias = conv.bias.empty() ? 0.0 : conv.bias[At(o)];
      std::fill(plane, plane + out_[1] * out_[2], bias);
      for (int64_t i = 0; i < in_per_group; ++i) {
        const int64_t channel = o / out_per_group * in_per_group + i;
        for (int ky = 0; ky < conv.window.kernel[0]; ++ky) {
          for (int kx = 0; kx < conv.window.kernel[1]; ++kx)
            AddTap(conv.window, *weight++, &x_[At(channel * in[1] * in[2])], ky, kx, plane);
        }
      }
    }
    return y;
  }

  Values operator()(const Linear& linear) const {
    Values y;
    for (size_t o = 0; o < At(out_[0]); ++o) {
      double sum = linear.bias.empty() ? 0.0 : linear.bias[o];
      for (size_t k = 0; k < x_.size(); ++k) sum += x_[k] * linear.weight.values[o * x_.size() + k];
      y.push_back(sum);
    }
    return y;
  }

  Values operator()(const BatchNorm& norm) const {
    Values y = x_;
    const size_t plane = y.size() / norm.gamma.size();
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t c = i / plane;
      const double deviation = std::sqrt(double{norm.variance[c]} + double{norm.epsilon});
      y[i] = (y[i] - norm.mean[c]) / deviation * norm.gamma[c] + norm.beta[c];
    }
    return y;
  }

  Values operator()(const Activate&) const { return x_; }
  Values operator()(const Flatten&) const { return x_; }

  Values operator()(const Add&) const {
    Values y = x_;
    for (size_t i = 0; i < y.size(); ++i) y[i] += Input(1)[i];
    return y;
  }

  Values operator()(const Concat&) const {
    Values y;
    for (size_t i = 0; i < node_.inputs.size(); ++i)
      y.insert(y.end(), Input(i).begin(), Input(i).end());
    return y;
  }

  Values operator()(const GlobalAveragePool&) const {
    Values y(At(out_[0]), 0.0);
    const size_t plane = x_.size() / y.size();
    for (size_t i = 0; i < x_.size(); ++i) y[i / plane] += x_[i] / static_cast<double>(plane);
    return y;
  }

  Values operator()(const AveragePool&) const { throw std::logic_error("not needed here"); }
  Values operator()(const MaxPool&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Mul&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Slice&) const { throw std::logic_error("not needed here"); }
  Values operator()(const ChannelShuffle&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Unary&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Softmax&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Cap&) const { throw std::logic_error("not needed here"); }
  Values operator()(const PRelu&) const { throw std::logic_error("not needed here"); }
  Values operator()(const LocalResponseNorm&) const { throw std::logic_error("not needed here"); }
  Values operator()(const Reshape&) const { return x_; }

  Values operator()(const Gather& gather) const {
    const size_t size = At(NumElements(out_)) / gather.indices.size();
    Values y;
    for (const int32_t index : gather.indices) {
      for (size_t i = 0; i < size; ++i)
        y.push_back(index < 0 ? 0.0 : x_[static_cast<size_t>(index) * size + i]);
    }
    return y;
  }

 private:
  NaiveEvaluator(const Graph& graph, const Node& node, const std::vector<Values>& values)
      : graph_(graph),
        node_(node),
        values_(values),
        x_(values[At(node.inputs.at(0))]),
        out_(graph.values[At(node.output)].shape) {}

  static size_t At(int64_t index) { return static_cast<size_t>(index); }
  const Values& Input(size_t i) const { return values_[At(node_.inputs[i])]; }
  const Shape& InputShape() const { return graph_.values[At(node_.inputs[0])].shape; }

  // Adds one weight's share to a whole output plane [oh, ow] from its input plane [h, w].
  void AddTap(const Window& window, double weight, const double* x, int ky, int kx,
              double* plane) const {
    const Shape& in = InputShape();
    for (int64_t oy = 0; oy < out_[1]; ++oy) {
      const int64_t iy = oy * window.stride[0] - window.padding.top + ky * window.dilation[0];
      if (iy < 0 || iy >= in[1]) continue;
      for (int64_t ox = 0; ox < out_[2]; ++ox) {
        const int64_t ix = ox * window.stride[1] - window.padding.left + kx * window.dilation[1];
        if (ix >= 0 && ix < in[2]) plane[oy * out_[2] + ox] += weight * x[iy * in[2] + ix];
      }
    }
  }

  const Graph& graph_;
  const Node& node_;
  const std::vector<Values>& values_;
  const Values& x_;
  const Shape& out_;
};

}  // namespace quantbench::testing
