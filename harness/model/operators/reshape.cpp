// SPDX-License-Identifier: Apache-2.0
// The same elements under other extents.
#include <algorithm>

#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::kMaxRank;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::View;

void ImportReshape(NodeImport& node) {
  const View view = node.ViewAt(0);
  std::optional<std::vector<int64_t>> wanted = node.IntsOrInput("shape", 1);
  if (!wanted || wanted->size() > kMaxRank) node.Refuse("it needs a shape of up to 8 dimensions");
  const Shape old = node.FullDims(view);
  int64_t known = 1;
  int64_t* open = nullptr;
  for (size_t d = 0; d < wanted->size(); ++d) {
    int64_t& extent = (*wanted)[d];
    if (extent == 0 && d < old.size() && node.Int("allowzero", 0) == 0) extent = old[d];
    if (extent == -1 && open == nullptr) {
      open = &extent;
    } else if (extent < 1 || __builtin_mul_overflow(known, extent, &known)) {
      node.Refuse("its shape " + ToString(*wanted) + " is impossible");
    }
  }
  if (open != nullptr) *open = NumElements(old) / known;
  node.SetReshaped(view, *wanted);
}

void ImportFlatten(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int64_t axis = node.Int("axis", 1);
  if (axis != 1 && axis != -static_cast<int64_t>(view.dims.size()))
    node.Refuse("only axis 1 is supported: everything of an image in one vector");
  node.SetReshaped(view, {node.batch(), NumElements(view.dims)});
}

void ImportSqueeze(NodeImport& node) {
  const View view = node.ViewAt(0);
  const Shape full = node.FullDims(view);
  std::vector<bool> drop(full.size(), false);
  if (const auto axes = node.IntsOrInput("axes", 1)) {
    for (const int64_t axis : *axes) {
      const auto d = static_cast<size_t>(node.Axis(axis, full.size()));
      if (d == 0 || full[d] != 1)
        node.Refuse("dimension " + std::to_string(d) + " of " + ToString(full) +
                    " can't be squeezed");
      drop[d] = true;
    }
  } else {
    for (size_t d = 1; d < full.size(); ++d) drop[d] = full[d] == 1;
  }
  Shape kept;
  for (size_t d = 0; d < full.size(); ++d) {
    if (!drop[d]) kept.push_back(full[d]);
  }
  node.SetReshaped(view, kept);
}

void ImportUnsqueeze(NodeImport& node) {
  const View view = node.ViewAt(0);
  const auto axes = node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>());
  Shape full = node.FullDims(view);
  if (full.size() + axes.size() > kMaxRank) node.Refuse("it makes too many dimensions");
  std::vector<int> at;
  for (const int64_t axis : axes) at.push_back(node.Axis(axis, full.size() + axes.size()));
  std::ranges::sort(at);
  if (std::ranges::adjacent_find(at) != at.end()) node.Refuse("it names an axis twice");
  for (const int d : at) full.insert(full.begin() + d, 1);
  node.SetReshaped(view, full);
}

constexpr OperatorImport kFlattenImports[] = {{"Flatten", ImportFlatten}};
constexpr OperatorImport kReshapeImports[] = {
    {"Reshape", ImportReshape}, {"Squeeze", ImportSqueeze}, {"Unsqueeze", ImportUnsqueeze}};

class FlattenRoom final : public Rules<Flatten> {
  std::string_view Name(const Flatten&) const override { return "flatten"; }
  Shape OutputShape(const Flatten&, const NodeShapes& node) const override {
    return {NumElements(node.Only())};
  }
  bool SharesQParams() const override { return true; }
  bool TakesActivation() const override { return false; }
  qb_op PluginOp(const Flatten&) const override { return QB_FLATTEN; }
  void WriteOnnx(const Flatten&, onnx_export::NodeWriter& node) const override {
    node.AddOperator("Flatten").Int("axis", 1);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kFlattenImports; }
};

class ReshapeRoom final : public Rules<Reshape> {
  std::string_view Name(const Reshape&) const override { return "reshape"; }
  Shape OutputShape(const Reshape& reshape, const NodeShapes& node) const override {
    if (!IsPossible(reshape.shape) || NumElements(reshape.shape) != NumElements(node.Only()))
      node.Refuse("its result " + ToString(reshape.shape) + " must have as many elements");
    return reshape.shape;
  }
  bool SharesQParams() const override { return true; }
  bool TakesActivation() const override { return false; }
  qb_op PluginOp(const Reshape&) const override { return QB_RESHAPE; }
  void WriteOnnx(const Reshape& reshape, onnx_export::NodeWriter& node) const override {
    const std::string dims = node.file().AddDims(node.name() + "_shape", reshape.shape);
    node.AddOperator("Reshape", {node.inputs()[0], dims});
  }
  std::span<const OperatorImport> OnnxImports() const override { return kReshapeImports; }
};

}  // namespace

const Rules<Flatten>& RulesOf(const Flatten&) { return OnlyOne<FlattenRoom>(); }
const Rules<Reshape>& RulesOf(const Reshape&) { return OnlyOne<ReshapeRoom>(); }

}  // namespace quantbench
