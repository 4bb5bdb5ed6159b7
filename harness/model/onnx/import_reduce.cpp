// SPDX-License-Identifier: Apache-2.0
// Means, sums, maxima and minima over any dimensions, as pooling over whole images.
#include <algorithm>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/import_window.h"

namespace quantbench::onnx_import {
namespace {

enum class Reduction { kMean, kSum, kMax, kMin };

// Which of the dimensions (batch not counted) go.
std::vector<bool> ReducedDims(NodeImport& node, size_t rank) {
  const auto axes = node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>());
  if (axes.empty() && node.Int("noop_with_empty_axes", 0) != 0)
    return std::vector<bool>(rank, false);
  std::vector<bool> reduced(rank, false);
  // None named: all of them, the batch as well.
  if (axes.empty()) node.Refuse("a result over the whole batch is not possible; name its axes");
  for (const int64_t each : axes) {
    const int axis = node.Axis(each, rank + 1);
    if (axis == 0) node.Refuse("a result over the batch is not possible");
    reduced[static_cast<size_t>(axis - 1)] = true;
  }
  return reduced;
}

// Of an image [c,h,w] over rows, columns or both.
ValueId Pooled(NodeImport& node, ValueId image, bool rows, bool columns, bool largest) {
  if (rows && columns && !largest) return node.Add(GlobalAveragePool{}, {image});
  const Shape& shape = node.ShapeOf(image);
  const auto extent = [&](bool reduced, size_t d) {
    if (!reduced) return 1;
    if (shape[d] > kLargestParameter) node.Refuse("its image is too large");
    return static_cast<int>(shape[d]);
  };
  const std::array<int, 2> kernel{extent(rows, 1), extent(columns, 2)};
  const Window window{.kernel = kernel, .stride = kernel};
  if (largest) return node.Add(MaxPool{.window = window}, {image});
  return node.Add(AveragePool{.window = window}, {image});
}

// An image whose rows or columns are reduced, in the value's own order: [c,h,w], or one whose
// pixels are a single row, [c,h*w]. nullopt: that isn't what the view is.
std::optional<View> PooledAsItLies(NodeImport& node, const View& view,
                                   const std::vector<bool>& reduced, bool largest) {
  const size_t rank = view.dims.size();
  const std::vector<int> order = OrderOfValue(view);
  const auto is_reduced = [&](size_t d) { return reduced[static_cast<size_t>(order[d])]; };
  if (rank < 2 || rank > 3 || is_reduced(0) || (!is_reduced(1) && !is_reduced(rank - 1)))
    return std::nullopt;
  View image = Permuted(view, order);
  if (rank == 2) {
    image.dims = {image.dims[0], 1, image.dims[1]};
    image.strides = {image.strides[0], 1, image.strides[1]};
  }
  const View result =
      WholeValue(node.graph(), Pooled(node, node.Image(image, "input"), rank == 2 || is_reduced(1),
                                      is_reduced(rank - 1), largest));
  return rank == 3 ? Permuted(result, Inverse(order)) : result;
}

// Whatever it is as [what stays, what goes, 1].
View PooledInOrder(NodeImport& node, const View& view, const std::vector<bool>& reduced,
                   bool largest) {
  std::vector<int> order;
  int64_t kept = 1;
  for (const bool pass : {false, true}) {
    for (size_t d = 0; d < reduced.size(); ++d) {
      if (reduced[d] != pass) continue;
      order.push_back(static_cast<int>(d));
      if (!pass) kept *= view.dims[d];
    }
  }
  const View ordered = Permuted(view, order);
  const Shape dims{kept, NumElements(view.dims) / kept, 1};
  const auto columns = Reshaped(ordered, dims);
  const View image = columns ? *columns : Reshaped(node.Dense(ordered), dims).value();
  return WholeValue(node.graph(), Pooled(node, node.Image(image, "input"), true, true, largest));
}

View TimesEverywhere(NodeImport& node, View view, float factor) {
  view = Whole(node, view);
  BatchNorm norm = IdentityNorm(static_cast<size_t>(node.ShapeOf(view.value)[0]));
  std::ranges::fill(norm.gamma, factor);
  view.value = node.Add(std::move(norm), {view.value});
  return view;
}

void Reduce(NodeImport& node, Reduction how) {
  View view = node.ViewAt(0);
  const std::vector<bool> reduced = ReducedDims(node, view.dims.size());
  Shape result_dims{node.batch()};
  int64_t count = 1;
  for (size_t d = 0; d < reduced.size(); ++d) {
    if (reduced[d]) count *= view.dims[d];
    if (!reduced[d] || node.Int("keepdims", 1) != 0)
      result_dims.push_back(reduced[d] ? 1 : view.dims[d]);
  }
  if (count == 1) return node.SetReshaped(view, result_dims);
  const bool largest = how == Reduction::kMax || how == Reduction::kMin;
  if (how == Reduction::kMin) view = TimesEverywhere(node, view, -1.0f);
  const auto as_it_lies = PooledAsItLies(node, view, reduced, largest);
  View result = as_it_lies ? *as_it_lies : PooledInOrder(node, view, reduced, largest);
  if (how == Reduction::kMin) result = TimesEverywhere(node, result, -1.0f);
  if (how == Reduction::kSum) result = TimesEverywhere(node, result, static_cast<float>(count));
  node.SetReshaped(result, result_dims);
}

template <Reduction how>
void ImportReduce(NodeImport& node) {
  Reduce(node, how);
}

constexpr OperatorImport kReduceOperators[] = {{"ReduceMean", ImportReduce<Reduction::kMean>},
                                               {"ReduceSum", ImportReduce<Reduction::kSum>},
                                               {"ReduceMax", ImportReduce<Reduction::kMax>},
                                               {"ReduceMin", ImportReduce<Reduction::kMin>}};

}  // namespace

std::span<const OperatorImport> ReduceOperators() { return kReduceOperators; }

}  // namespace quantbench::onnx_import
