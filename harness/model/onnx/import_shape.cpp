// SPDX-License-Identifier: Apache-2.0
// Operators that look at the same data in another way: mostly views, which cost nothing.
#include <algorithm>
#include <limits>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {
namespace {

constexpr size_t kMaxRank = 8;

// All dims, the batch's first.
Shape FullDims(const NodeImport& node, const View& view) {
  Shape dims{node.batch()};
  dims.insert(dims.end(), view.dims.begin(), view.dims.end());
  return dims;
}

void ImportShape(NodeImport& node) {
  const View view = node.PaddedViewAt(0);
  Shape dims = FullDims(node, view);
  if (HasPadding(view.padding)) {
    dims[2] += view.padding.top + view.padding.bottom;
    dims[3] += view.padding.left + view.padding.right;
  }
  const auto rank = static_cast<int64_t>(dims.size());
  const auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const int64_t start = clamp(node.Int("start", 0));
  const int64_t end = std::max(start, clamp(node.Int("end", rank)));
  std::vector<int64_t> part;
  for (int64_t d = start; d < end; ++d) part.push_back(dims[static_cast<size_t>(d)]);
  node.SetConstant(IntegerVector(std::move(part)));
}

// New dims, batch first, to the view; where data would have to move, they do.
void SetReshaped(NodeImport& node, const View& view, const Shape& full) {
  if (full.empty() || full[0] != node.batch() || full.size() > kMaxRank)
    node.Refuse("it makes " + ToString(full) + " of " + ToString(FullDims(node, view)) +
                ": the batch dimension must stay first and by itself");
  Shape dims;
  for (size_t d = 1; d < full.size(); ++d) dims.push_back(full[d]);
  for (const int64_t extent : dims) {
    if (extent < 1) node.Refuse("it makes an empty tensor " + ToString(full));
  }
  if (NumElements(dims) != NumElements(view.dims))
    node.Refuse("it makes " + ToString(full) + " of " + ToString(FullDims(node, view)) +
                ", which has another number of elements");
  if (const auto reshaped = Reshaped(view, dims)) return node.SetView(*reshaped);
  node.SetView(Reshaped(node.Dense(view), dims).value());
}

void ImportReshape(NodeImport& node) {
  const View view = node.ViewAt(0);
  std::optional<std::vector<int64_t>> wanted = node.IntsOrInput("shape", 1);
  if (!wanted || wanted->size() > kMaxRank) node.Refuse("it needs a shape of up to 8 dimensions");
  const Shape old = FullDims(node, view);
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
  SetReshaped(node, view, *wanted);
}

void ImportFlatten(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int64_t axis = node.Int("axis", 1);
  if (axis != 1 && axis != -static_cast<int64_t>(view.dims.size()))
    node.Refuse("only axis 1 is supported: everything of an image in one vector");
  SetReshaped(node, view, {node.batch(), NumElements(view.dims)});
}

void ImportSqueeze(NodeImport& node) {
  const View view = node.ViewAt(0);
  const Shape full = FullDims(node, view);
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
  SetReshaped(node, view, kept);
}

void ImportUnsqueeze(NodeImport& node) {
  const View view = node.ViewAt(0);
  const auto axes = node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>());
  Shape full = FullDims(node, view);
  if (full.size() + axes.size() > kMaxRank) node.Refuse("it makes too many dimensions");
  std::vector<int> at;
  for (const int64_t axis : axes) at.push_back(node.Axis(axis, full.size() + axes.size()));
  std::ranges::sort(at);
  if (std::ranges::adjacent_find(at) != at.end()) node.Refuse("it names an axis twice");
  for (const int d : at) full.insert(full.begin() + d, 1);
  SetReshaped(node, view, full);
}

void ImportTranspose(NodeImport& node) {
  const View view = node.ViewAt(0);
  std::vector<int64_t> order = node.Ints("perm");
  const size_t rank = view.dims.size() + 1;
  if (order.size() != rank || order[0] != 0)
    node.Refuse("the batch dimension must stay first: perm must name 0 and then the others");
  std::vector<int> inner;
  for (size_t d = 1; d < rank; ++d) {
    const bool fits = order[d] >= 1 && order[d] < static_cast<int64_t>(rank);
    if (!fits || std::ranges::count(order, order[d]) != 1)
      node.Refuse("its perm " + ToString(order) + " is no order of dimensions");
    inner.push_back(static_cast<int>(order[d] - 1));
  }
  node.SetView(Permuted(view, inner));
}

void ImportConcat(NodeImport& node) {
  const View first = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 1), first.dims.size() + 1) - 1;
  const std::vector<int> order = OrderOfValue(first);
  const bool channels =
      (first.dims.size() == 3 || first.dims.size() == 1) && axis >= 0 && order[0] == axis;
  // One channel: its only dimension of extent 1 may stand anywhere.
  if (!channels && !(first.dims.size() == 3 && axis == 0))
    node.Refuse("only channels can be joined");
  const std::vector<int> used = channels ? order : std::vector<int>{0, 1, 2};
  std::vector<ValueId> parts;
  for (int i = 0; i < node.inputs(); ++i) {
    const View view = node.ViewAt(i);
    if (view.dims.size() != first.dims.size()) node.Refuse("its inputs differ in dimensions");
    parts.push_back(view.dims.size() == 1 ? node.Flat(view)
                                          : node.Image(Permuted(view, used), "input"));
  }
  node.SetView(
      Permuted(WholeValue(node.graph(), node.Add(Concat{}, std::move(parts))), Inverse(used)));
}

// Indices [begin, begin + count) of one dimension (batch not counted).
View Part(const View& view, size_t axis, int64_t begin, int64_t count) {
  View part = view;
  part.dims[axis] = count;
  part.offset += begin * view.strides[axis];
  return part;
}

void ImportSplit(NodeImport& node) {
  const View view = node.ViewAt(0);
  const int axis = node.Axis(node.Int("axis", 0), view.dims.size() + 1) - 1;
  if (axis < 0) node.Refuse("the batch can't be split");
  const int64_t extent = view.dims[static_cast<size_t>(axis)];
  const int outputs = node.proto().output_size();
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

// Means of an image [c,h,w] over rows, columns or both.
ValueId Mean(NodeImport& node, ValueId image, bool rows, bool columns) {
  if (rows && columns) return node.Add(GlobalAveragePool{}, {image});
  const Shape& shape = node.graph().values[static_cast<size_t>(image)].shape;
  const auto extent = [&](bool reduced, size_t d) {
    if (!reduced) return 1;
    if (shape[d] > (1 << 20)) node.Refuse("its image is too large");
    return static_cast<int>(shape[d]);
  };
  const std::array<int, 2> kernel{extent(rows, 1), extent(columns, 2)};
  return node.Add(AveragePool{.window = {.kernel = kernel, .stride = kernel}}, {image});
}

void ImportReduceMean(NodeImport& node) {
  const View view = node.ViewAt(0);
  const size_t rank = view.dims.size();
  std::vector<bool> reduced(rank, false);
  for (const int64_t each : node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>())) {
    const int axis = node.Axis(each, rank + 1);
    if (axis == 0) node.Refuse("a mean over the batch is not possible");
    reduced[static_cast<size_t>(axis - 1)] = true;
  }
  Shape result_dims{node.batch()};
  for (size_t d = 0; d < rank; ++d) {
    if (!reduced[d] || node.Int("keepdims", 1) != 0)
      result_dims.push_back(reduced[d] ? 1 : view.dims[d]);
  }
  // In the value's order: an image [c,h,w], or one whose pixels are a single row, [c,h*w].
  const std::vector<int> order = OrderOfValue(view);
  const auto is_reduced = [&](size_t d) { return reduced[static_cast<size_t>(order[d])]; };
  if (rank < 2 || rank > 3 || is_reduced(0) || (!is_reduced(1) && !is_reduced(rank - 1)))
    node.Refuse("only means over height and width of an image are supported");
  View image = Permuted(view, order);
  if (rank == 2) {
    image.dims = {image.dims[0], 1, image.dims[1]};
    image.strides = {image.strides[0], 1, image.strides[1]};
  }
  const ValueId mean =
      Mean(node, node.Image(image, "input"), rank == 2 || is_reduced(1), is_reduced(rank - 1));
  const View result = WholeValue(node.graph(), mean);
  SetReshaped(node, rank == 3 ? Permuted(result, Inverse(order)) : result, result_dims);
}

constexpr OperatorImport kOperators[] = {
    {"Shape", ImportShape},     {"Reshape", ImportReshape},      {"Flatten", ImportFlatten},
    {"Squeeze", ImportSqueeze}, {"Unsqueeze", ImportUnsqueeze},  {"Transpose", ImportTranspose},
    {"Concat", ImportConcat},   {"Split", ImportSplit},          {"Slice", ImportSlice},
    {"Gather", ImportGather},   {"ReduceMean", ImportReduceMean}};

}  // namespace

std::span<const OperatorImport> ShapeOperators() { return kOperators; }

}  // namespace quantbench::onnx_import
