// SPDX-License-Identifier: Apache-2.0
// Some of the channels; cuts of other dimensions are views, as long as nothing needs them in order.
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "model/operators/rules.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using onnx_import::Ascending;
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

// What starts, ends, axes and steps leave of one dimension.
struct Cut {
  int64_t begin, count, step;
};
Cut CutOf(NodeImport& node, int64_t start, int64_t end, int64_t step, int64_t extent) {
  if (step == 0) node.Refuse("its step is 0");
  // Going down, positions before the first one are allowed as an end.
  const int64_t least = step < 0 ? -1 : 0, most = step < 0 ? extent - 1 : extent;
  const auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + extent : at, least, most);
  };
  const int64_t begin = clamp(start), span = step < 0 ? begin - clamp(end) : clamp(end) - begin;
  if (span <= 0) return {.begin = 0, .count = 0, .step = 1};
  // A step beyond the extent leaves one.
  const int64_t stride = step < -extent || step > extent ? extent : std::abs(step);
  return {.begin = begin, .count = (span - 1) / stride + 1, .step = step < 0 ? -stride : stride};
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
  if (axes.empty()) axes = Ascending(starts.size());
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (starts.size() != ends.size() || axes.size() != starts.size() || steps.size() != starts.size())
    node.Refuse("its starts, ends, axes and steps must be lists of one length");
  for (size_t i = 0; i < starts.size(); ++i) {
    const int axis = node.Axis(axes[i], view.dims.size() + 1);
    const int64_t extent = axis == 0 ? node.batch() : view.dims[static_cast<size_t>(axis - 1)];
    const Cut cut = CutOf(node, starts[i], ends[i], steps[i], extent);
    if (cut.count < 1) node.Refuse("it leaves nothing of dimension " + std::to_string(axis));
    const bool all = cut.count == extent && (cut.step == 1 || extent == 1);
    if (axis == 0 && !all) node.Refuse("the batch can't be cut");
    if (axis == 0) continue;
    const auto d = static_cast<size_t>(axis - 1);
    view = Part(view, d, cut.begin, cut.count);
    view.strides[d] *= cut.step;
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
    const int64_t parts = node.Int("num_outputs", outputs);  // from opset 18 on
    if (parts != outputs) node.Refuse("its num_outputs isn't how many outputs it has");
    const int64_t equal = (extent + outputs - 1) / std::max(outputs, 1);
    for (int64_t left = extent; left > 0; left -= equal) sizes.push_back(std::min(left, equal));
  }
  int64_t begin = 0;
  if (sizes.size() != static_cast<size_t>(outputs))
    node.Refuse("it has " + CountText(outputs, "output") + " for " +
                CountText(sizes.size(), "part"));
  for (int i = 0; i < outputs; ++i) {
    const int64_t size = sizes[static_cast<size_t>(i)];
    if (size < 1 || size > extent - begin) node.Refuse("its parts don't add up to the whole");
    node.SetView(Part(view, static_cast<size_t>(axis), begin, size), i);
    begin += size;
  }
}

// Positions along one dimension that are equally far apart: a view is enough.
std::optional<Cut> CutOf(const std::vector<int64_t>& positions) {
  const auto count = static_cast<int64_t>(positions.size());
  const int64_t step = count > 1 ? positions[1] - positions[0] : 1;
  for (size_t i = 1; i < positions.size(); ++i) {
    if (positions[i] - positions[i - 1] != step) return std::nullopt;
  }
  return Cut{.begin = positions[0], .count = count, .step = step};
}

void ImportGather(NodeImport& node) {
  View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 0), view.dims.size() + 1) - 1;
  const Constant& indices = node.ConstantAt(1, "indices");
  if (axis < 0) node.Refuse("the batch can't be taken apart");
  if (indices.is_float() || indices.integers.empty())
    node.Refuse("its indices must be integers, at least one");
  const auto d = static_cast<size_t>(axis);
  const int64_t extent = view.dims[d];
  std::vector<int64_t> positions;
  for (const int64_t index : indices.integers) {
    if (index < -extent || index >= extent)
      node.Refuse("index " + std::to_string(index) + " is outside a dimension of " +
                  std::to_string(extent));
    positions.push_back(index < 0 ? index + extent : index);
  }
  if (const auto cut = CutOf(positions)) {
    view = Part(view, d, cut->begin, cut->count);
    view.strides[d] *= cut->step;
  } else {
    Shape dims = view.dims;
    dims[d] = indices.count();
    const int64_t inner =
        NumElements(dims) / indices.count() / NumElements(Shape(dims.begin(), dims.begin() + axis));
    view = node.Rearranged(view, dims, [&](int64_t i) {
      const int64_t place = i / inner % indices.count(), outer = i / inner / indices.count();
      return (outer * extent + positions[static_cast<size_t>(place)]) * inner + i % inner;
    });
  }
  Shape full = node.FullDims(view);
  full.erase(full.begin() + axis + 1);
  full.insert(full.begin() + axis + 1, indices.dims.begin(), indices.dims.end());
  node.SetReshaped(view, full);
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
