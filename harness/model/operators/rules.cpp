// SPDX-License-Identifier: Apache-2.0
// What shape rules share.
#include "model/operators/rules.h"

#include "support/error.h"

namespace quantbench {

NodeShapes::NodeShapes(const Graph& graph, const Node& node) : node_(node) {
  for (const ValueId id : node.inputs)
    inputs_.push_back(graph.values[static_cast<size_t>(id)].shape);
}

const Shape& NodeShapes::Only() const {
  if (inputs_.size() != 1) Refuse("it needs exactly one input");
  return inputs_[0];
}

const Shape& NodeShapes::OnlyImage() const {
  if (Only().size() != 3) Refuse("it needs an image, [channels,height,width]");
  return inputs_[0];
}

void NodeShapes::Refuse(const std::string& need) const {
  std::string got;
  for (const Shape& shape : inputs_) got += (got.empty() ? "" : " and ") + ToString(shape);
  throw Error("node '" + node_.name + "' (" + std::string(OperatorName(node_.op)) + ") got " +
              (got.empty() ? "no input" : got) + ": " + need);
}

}  // namespace quantbench
