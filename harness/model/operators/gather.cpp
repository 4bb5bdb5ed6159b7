// SPDX-License-Identifier: Apache-2.0
// Blocks taken from anywhere: what becomes of data that no cheaper operator brings into order.
#include "model/operators/rules.h"

namespace quantbench {
namespace {

class GatherRoom final : public Rules<Gather> {
  std::string_view Name(const Gather&) const override { return "gather"; }

  Shape OutputShape(const Gather& gather, const NodeShapes& node) const override {
    const auto blocks = static_cast<int64_t>(gather.indices.size());
    const int64_t from = NumElements(node.Only());
    if (!IsPossible(gather.shape) || blocks == 0 || NumElements(gather.shape) % blocks != 0)
      node.Refuse("its " + std::to_string(blocks) + " blocks don't fill " + ToString(gather.shape));
    const int64_t size = NumElements(gather.shape) / blocks;
    if (from % size != 0)
      node.Refuse("its blocks of " + std::to_string(size) + " elements don't divide its input");
    for (const int32_t index : gather.indices) {
      if (index < -1 || index >= from / size)
        node.Refuse("its block " + std::to_string(index) + " isn't there");
    }
    return gather.shape;
  }

  bool SharesQParams() const override { return true; }
  bool TakesActivation() const override { return false; }

  qb_op PluginOp(const Gather&) const override { return QB_GATHER; }
  std::vector<PluginConstant> Constants(const Gather& gather) const override {
    return {{.name = "indices",
             .dtype = QB_I32,
             .dims = {static_cast<int64_t>(gather.indices.size())},
             .data = std::as_bytes(std::span(gather.indices))}};
  }

  // Rows of a matrix [blocks, elements of one], zeros as one more row.
  void WriteOnnx(const Gather& gather, onnx_export::NodeWriter& node) const override {
    onnx_export::GraphWriter& file = node.file();
    const std::string& name = node.name();
    const int64_t size = NumElements(gather.shape) / static_cast<int64_t>(gather.indices.size());
    const int64_t rows = NumElements(node.InputShape(0)) / size;
    std::string blocks = name + "_blocks";
    file.AddNode("Reshape", {node.inputs()[0], file.AddDims(blocks + "_shape", {rows, size})},
                 blocks);
    bool needs_zeros = false;
    std::vector<int64_t> indices;
    for (const int32_t index : gather.indices) {
      needs_zeros = needs_zeros || index < 0;
      indices.push_back(index < 0 ? rows : index);
    }
    if (needs_zeros) {
      const std::string pads =
          file.AddConstant(blocks + "_pads", {6}, std::vector<int64_t>{0, 0, 0, 0, 1, 0});
      file.AddNode("Pad", {blocks, pads}, blocks + "_and_zeros");
      blocks += "_and_zeros";
    }
    const std::string constant =
        file.AddConstant(name + "_indices", {static_cast<int64_t>(indices.size())}, indices);
    file.AddNode("Gather", {blocks, constant}, name + "_gathered").Int("axis", 1);
    node.AddOperator("Reshape", {name + "_gathered", file.AddDims(name + "_shape", gather.shape)});
  }
};

}  // namespace

const Rules<Gather>& RulesOf(const Gather&) { return OnlyOne<GatherRoom>(); }

}  // namespace quantbench
