// SPDX-License-Identifier: Apache-2.0
// Groups of channels dealt out like cards; ONNX files say it by a transposition.
#include "model/operators/rules.h"

namespace quantbench {
namespace {

class ChannelShuffleRoom final : public Rules<ChannelShuffle> {
  std::string_view Name(const ChannelShuffle&) const override { return "channel_shuffle"; }

  Shape OutputShape(const ChannelShuffle& shuffle, const NodeShapes& node) const override {
    if (shuffle.groups < 1 || node.Only()[0] % shuffle.groups != 0)
      node.Refuse("its " + std::to_string(shuffle.groups) + " groups don't divide the channels");
    return node.Only();
  }

  bool SharesQParams() const override { return true; }
  bool TakesActivation() const override { return false; }

  qb_op PluginOp(const ChannelShuffle&) const override { return QB_CHANNEL_SHUFFLE; }
  void SetAttributes(const ChannelShuffle& shuffle, qb_node& node) const override {
    node.groups = shuffle.groups;
  }

  void WriteOnnx(const ChannelShuffle& shuffle, onnx_export::NodeWriter& node) const override {
    onnx_export::GraphWriter& file = node.file();
    const std::string& name = node.name();
    const Shape& shape = node.OutputShape();
    Shape grouped{shuffle.groups, shape[0] / shuffle.groups};
    grouped.insert(grouped.end(), shape.begin() + 1, shape.end());
    file.AddNode("Reshape", {node.inputs()[0], file.AddDims(name + "_groups", grouped)},
                 name + "_grouped");
    std::vector<int64_t> order{0, 2, 1};
    while (order.size() <= grouped.size()) order.push_back(static_cast<int64_t>(order.size()));
    file.AddNode("Transpose", {name + "_grouped"}, name + "_transposed").Ints("perm", order);
    node.AddOperator("Reshape", {name + "_transposed", file.AddDims(name + "_shape", shape)});
  }
};

}  // namespace

const Rules<ChannelShuffle>& RulesOf(const ChannelShuffle&) {
  return OnlyOne<ChannelShuffleRoom>();
}

}  // namespace quantbench
