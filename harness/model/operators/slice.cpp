// SPDX-License-Identifier: Apache-2.0
// Some of the channels; cuts of other dimensions are views, as long as nothing needs them in order.
#include <algorithm>

#include "model/operators/rules.h"

namespace quantbench {
namespace {

using onnx_import::Constant;
using onnx_import::NodeImport;
using onnx_import::OperatorImport;
using onnx_import::View;

// Indices [begin, begin + count) of one dimension (batch not counted).
View Part(const View& view, size_t axis, int64_t begin, int64_t count) {
  View part = view;
  part.dims[axis] = count;
  part.offset += begin * view.strides[axis];
  return part;
}

void ImportSlice(NodeImport& node) {
  const bool old = node.opset() < 10;
  const auto ints = [&](const char* name, int input) {
    return old ? node.Ints(name) : node.IntsOrInput(name, input).value_or(std::vector<int64_t>());
  };
  const std::vector<int64_t> starts = ints("starts", 1), ends = ints("ends", 2);
  std::vector<int64_t> axes = ints("axes", 3),
                       steps = old ? std::vector<int64_t>() : ints("steps", 4);
  View view = node.ViewAt(0);
  if (axes.empty()) {
    for (size_t d = 0; d < starts.size(); ++d) axes.push_back(static_cast<int64_t>(d));
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (starts.size() != ends.size() || axes.size() != starts.size() || steps.size() != starts.size())
    node.Refuse("its starts, ends, axes and steps must be lists of one length");
  for (size_t i = 0; i < starts.size(); ++i) {
    const int axis = node.Axis(axes[i], view.dims.size() + 1);
    const int64_t extent = axis == 0 ? node.batch() : view.dims[static_cast<size_t>(axis - 1)];
    if (steps[i] != 1) node.Refuse("steps other than 1 are not supported");
    const auto clamp = [&](int64_t at) {
      return std::clamp<int64_t>(at < 0 ? at + extent : at, 0, extent);
    };
    const int64_t begin = clamp(starts[i]), end = clamp(ends[i]);
    if (end <= begin) node.Refuse("it leaves nothing of dimension " + std::to_string(axis));
    if (axis == 0 && end - begin != extent) node.Refuse("the batch can't be cut");
    if (axis > 0) view = Part(view, static_cast<size_t>(axis - 1), begin, end - begin);
  }
  node.SetView(view);
}

void ImportSplit(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 0), view.dims.size() + 1) - 1;
  if (axis < 0) node.Refuse("the batch can't be split");
  const int64_t extent = view.dims[static_cast<size_t>(axis)];
  const int outputs = node.outputs();
  std::vector<int64_t> sizes = node.IntsOrInput("split", 1).value_or(std::vector<int64_t>());
  if (sizes.empty()) {
    const int64_t equal = (extent + outputs - 1) / std::max(outputs, 1);
    for (int64_t left = extent; left > 0; left -= equal) sizes.push_back(std::min(left, equal));
  }
  int64_t begin = 0;
  if (sizes.size() != static_cast<size_t>(outputs))
    node.Refuse("it has " + std::to_string(outputs) + " outputs for " +
                std::to_string(sizes.size()) + " parts");
  for (int i = 0; i < outputs; ++i) {
    const int64_t size = sizes[static_cast<size_t>(i)];
    if (size < 1 || size > extent - begin) node.Refuse("its parts don't add up to the whole");
    node.SetView(Part(view, static_cast<size_t>(axis), begin, size), i);
    begin += size;
  }
}

// One index, which takes its dimension away.
void ImportGather(NodeImport& node) {
  View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 0), view.dims.size() + 1) - 1;
  const Constant& indices = node.ConstantAt(1, "indices");
  if (axis < 0 || indices.integers.size() != 1 || indices.dims.size() > 1)
    node.Refuse("only one index of a dimension other than the batch can be taken out");
  const auto d = static_cast<size_t>(axis);
  int64_t index = indices.integers[0];
  if (index < 0) index += view.dims[d];
  if (index < 0 || index >= view.dims[d])
    node.Refuse("index " + std::to_string(indices.integers[0]) + " is outside a dimension of " +
                std::to_string(view.dims[d]));
  view = Part(view, d, index, 1);
  if (indices.dims.empty()) {
    view.dims.erase(view.dims.begin() + axis);
    view.strides.erase(view.strides.begin() + axis);
  }
  node.SetView(view);
}

constexpr OperatorImport kSliceImports[] = {
    {"Slice", ImportSlice}, {"Split", ImportSplit}, {"Gather", ImportGather}};

class SliceRoom final : public Rules<Slice> {
  std::string_view Name(const Slice&) const override { return "slice"; }

  Shape OutputShape(const Slice& slice, const NodeShapes& node) const override {
    Shape part = node.Only();
    if (slice.begin < 0 || slice.end <= slice.begin || slice.end > part[0])
      node.Refuse("channels " + std::to_string(slice.begin) + " to " + std::to_string(slice.end) +
                  " (exclusive) aren't all there");
    part[0] = slice.end - slice.begin;
    return part;
  }

  bool SharesQParams() const override { return true; }
  bool TakesActivation() const override { return false; }

  qb_op PluginOp(const Slice&) const override { return QB_SLICE; }
  void SetAttributes(const Slice& slice, qb_node& node) const override {
    node.begin = static_cast<int32_t>(slice.begin);
    node.end = static_cast<int32_t>(slice.end);
  }

  void WriteOnnx(const Slice& slice, onnx_export::NodeWriter& node) const override {
    std::vector<std::string> inputs = node.inputs();
    const auto add = [&](const char* suffix, int64_t value) {
      inputs.push_back(
          node.file().AddConstant(node.name() + suffix, {1}, std::vector<int64_t>{value}));
    };
    add("_begin", slice.begin);
    add("_end", slice.end);
    add("_axis", 1);
    node.AddOperator("Slice", inputs);
  }
  std::span<const OperatorImport> OnnxImports() const override { return kSliceImports; }
};

}  // namespace

const Rules<Slice>& RulesOf(const Slice&) { return OnlyOne<SliceRoom>(); }

}  // namespace quantbench
