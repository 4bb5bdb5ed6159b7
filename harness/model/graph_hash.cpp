// SPDX-License-Identifier: Apache-2.0
// Feeds every field of a graph to a hasher.
#include "model/graph_hash.h"

#include <type_traits>

#include "support/hash.h"

namespace quantbench {
namespace {

void AddInts(Hasher& hasher, const std::vector<int64_t>& values) {
  hasher.Add(static_cast<int64_t>(values.size()));
  for (const int64_t value : values) hasher.Add(value);
}

void AddFloats(Hasher& hasher, const std::vector<float>& values) {
  hasher.Add(std::as_bytes(std::span(values)));
}

void AddTensor(Hasher& hasher, const FloatTensor& tensor) {
  AddInts(hasher, tensor.shape);
  AddFloats(hasher, tensor.values);
}

void AddWindow(Hasher& hasher, const Window& window) {
  for (const auto& pair : {window.kernel, window.stride, window.dilation}) {
    for (const int extent : pair) hasher.Add(extent);
  }
  const Padding& p = window.padding;
  for (const int side : {p.top, p.left, p.bottom, p.right}) hasher.Add(side);
}

void AddGiven(Hasher& hasher, const GivenIntegers& given) {
  AddFloats(hasher, given.scales);
  hasher.Add(std::as_bytes(std::span(given.bias)));
}

// An operator with attributes that has no function here doesn't compile.
struct AddAttributes {
  Hasher& hasher;
  void operator()(const Conv& conv) const {
    AddWindow(hasher, conv.window);
    hasher.Add(conv.groups);
    AddTensor(hasher, conv.weight);
    AddFloats(hasher, conv.bias);
    AddGiven(hasher, conv.given);
  }
  void operator()(const Linear& linear) const {
    AddTensor(hasher, linear.weight);
    AddFloats(hasher, linear.bias);
    AddGiven(hasher, linear.given);
  }
  void operator()(const BatchNorm& norm) const {
    for (const auto* values : {&norm.gamma, &norm.beta, &norm.mean, &norm.variance})
      AddFloats(hasher, *values);
    hasher.Add(norm.epsilon);
  }
  void operator()(const AveragePool& pool) const {
    AddWindow(hasher, pool.window);
    hasher.Add(pool.count_include_pad ? 1 : 0);
  }
  void operator()(const MaxPool& pool) const { AddWindow(hasher, pool.window); }
  void operator()(const Reshape& reshape) const { AddInts(hasher, reshape.shape); }
  void operator()(const Slice& slice) const { hasher.Add(slice.begin).Add(slice.end); }
  void operator()(const ChannelShuffle& shuffle) const { hasher.Add(shuffle.groups); }
  void operator()(const Unary& unary) const {  // the function is the operator's name
    for (const float parameter : unary.parameters) hasher.Add(parameter);
  }
  template <class Op>
  requires std::is_empty_v<Op>
  void operator()(const Op&) const {}
};

}  // namespace

std::string HashGraph(const Graph& graph) {
  Hasher hasher;
  hasher.Add(graph.name).Add(graph.input).Add(graph.output);
  hasher.Add(static_cast<int64_t>(graph.values.size()));
  for (const Value& value : graph.values) {
    hasher.Add(value.name);
    AddInts(hasher, value.shape);
    hasher.Add(value.given ? 1 : 0);
    if (value.given) hasher.Add(value.given->scale).Add(value.given->zero_point);
  }
  for (const Node& node : graph.nodes) {
    hasher.Add(node.name).Add(OperatorName(node.op)).Add(ToString(node.activation));
    AddInts(hasher, {node.inputs.begin(), node.inputs.end()});
    hasher.Add(node.output);
    std::visit(AddAttributes{hasher}, node.op);
  }
  return hasher.Hex();
}

}  // namespace quantbench
