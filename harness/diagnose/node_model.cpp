// SPDX-License-Identifier: Apache-2.0
// Cuts nodes out and prepares them.
#include "diagnose/node_model.h"

namespace quantbench {
namespace {

size_t IndexOf(ValueId id) { return static_cast<size_t>(id); }

Executable PreparedOnHost(const AbiModel& model) {
  static const std::string isa = Backend::BuiltInFloat().ChooseIsa(std::nullopt);
  const Backend backend = Backend::BuiltInFor(model.get());
  const bool is_float_engine = backend.name() == Backend::BuiltInFloat().name();
  return backend.Prepare(model, is_float_engine ? isa : backend.ChooseIsa(std::nullopt));
}

// A vector of all inputs, then each cut out of it and given its shape.
std::vector<ValueId> AddInputs(const Graph& from, const Node& node, Graph& graph) {
  int64_t total = 0;
  for (const ValueId id : node.inputs) total += NumElements(from.values[IndexOf(id)].shape);
  graph.input = graph.AddValue("inputs", {total});
  std::vector<ValueId> inputs;
  int64_t begin = 0;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const Shape& shape = from.values[IndexOf(node.inputs[i])].shape;
    const int64_t end = begin + NumElements(shape);
    const std::string name = "input" + std::to_string(i);
    const ValueId part =
        graph.AddNode(name + ".part", Slice{.begin = begin, .end = end}, {graph.input});
    inputs.push_back(graph.AddNode(name, Reshape{.shape = shape}, {part}));
    begin = end;
  }
  return inputs;
}

}  // namespace

Graph CutOut(const Graph& from, size_t n) {
  const Node& node = from.nodes[n];
  Graph graph{.name = node.name, .values = {}, .nodes = {}};
  std::vector<ValueId> inputs;
  if (node.inputs.size() == 1) {
    const Value& value = from.values[IndexOf(node.inputs[0])];
    graph.input = graph.AddValue(value.name, value.shape);
    inputs = {graph.input};
  } else {
    inputs = AddInputs(from, node, graph);
  }
  graph.output = graph.AddNode(node.name, node.op, std::move(inputs), node.activation);
  InferShapes(graph);
  return graph;
}

QuantizedGraph CutOut(const QuantizedGraph& from, size_t n) {
  const Node& node = from.graph->nodes[n];
  const auto graph = std::make_shared<const Graph>(CutOut(*from.graph, n));
  const size_t nodes = graph->nodes.size();
  QuantizedGraph alone{.graph = graph, .recipe = from.recipe, .activations = {}, .weights = {}};
  alone.mode = from.mode;
  if (!from.activations.empty()) {
    alone.activations.resize(graph->values.size());
    const Node& inside = graph->nodes.back();
    for (size_t i = 0; i < node.inputs.size(); ++i)
      alone.activations[IndexOf(inside.inputs[i])] = from.activations[IndexOf(node.inputs[i])];
    alone.activations[IndexOf(inside.output)] = from.activations[IndexOf(node.output)];
  }
  alone.weights.resize(nodes);
  alone.tables.resize(nodes);
  alone.in_float.resize(nodes, false);
  alone.in_16_bits.resize(nodes, false);
  alone.in_16_bits.back() = WidthsOf(from).nodes[n];
  if (n < from.weights.size()) alone.weights.back() = from.weights[n];
  if (n < from.tables.size()) alone.tables.back() = from.tables[n];
  if (n < from.in_float.size()) alone.in_float.back() = from.in_float[n];
  return alone;
}

HostModel::HostModel(Graph graph)
    : quantized_{.graph = std::make_shared<const Graph>(std::move(graph)),
                 .recipe = {},
                 .activations = {},
                 .weights = {}},
      model_(*quantized_.graph),
      executable_(PreparedOnHost(model_)) {}

HostModel::HostModel(QuantizedGraph quantized)
    : quantized_(std::move(quantized)), model_(quantized_), executable_(PreparedOnHost(model_)) {}

// A context holds a node's values alone, so one is made for each run: kept, those of all nodes
// would be as large as all activations of the network together.
void HostModel::Run(std::span<const float> input, std::span<float> output) const {
  static const ThreadPool alone(1);
  executable_.CreateContext(1, 1).Run(1, input.data(), output.data(), alone);
}

}  // namespace quantbench
