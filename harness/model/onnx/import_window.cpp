// SPDX-License-Identifier: Apache-2.0
// Convolutions and pooling: windows that slide over an image.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/node_import.h"

namespace quantbench::onnx_import {
namespace {

constexpr int64_t kLargestParameter = 1 << 20;  // of a window, in pixels

std::array<int, 2> PairOf(const NodeImport& node, std::string_view name, int otherwise) {
  const std::vector<int64_t> values = node.Ints(name);
  if (values.empty()) return {otherwise, otherwise};
  if (values.size() != 2)
    node.Refuse("its " + std::string(name) + " has " + std::to_string(values.size()) +
                " values; only two-dimensional windows are supported");
  for (const int64_t value : values) {
    if (value < 1 || value > kLargestParameter)
      node.Refuse("its " + std::string(name) + " " + std::to_string(value) + " is out of range");
  }
  return {static_cast<int>(values[0]), static_cast<int>(values[1])};
}

int64_t Covered(const Window& window, size_t axis) {
  return int64_t{window.dilation[axis]} * (window.kernel[axis] - 1) + 1;
}

// What SAME_UPPER and SAME_LOWER add in all along one axis of `extent` pixels.
int64_t SamePadding(const Window& window, size_t axis, int64_t extent) {
  const int64_t stride = window.stride[axis];
  const int64_t outputs = (extent + stride - 1) / stride;
  return std::max<int64_t>(0, (outputs - 1) * stride + Covered(window, axis) - extent);
}

std::array<int64_t, 4> ExplicitPads(const NodeImport& node) {
  const std::vector<int64_t> pads = node.Ints("pads");
  if (pads.empty()) return {};
  if (pads.size() != 4)
    node.Refuse("its pads have " + std::to_string(pads.size()) +
                " values; four (top, left, bottom, right) were expected");
  return {pads[0], pads[1], pads[2], pads[3]};
}

// {top, left, bottom, right} as attributes pads and auto_pad say.
std::array<int64_t, 4> PadsOf(const NodeImport& node, const Window& window, const Shape& image) {
  const std::string automatic = node.Text("auto_pad", "NOTSET");
  if (automatic == "VALID") return {};
  if (automatic == "NOTSET" || automatic.empty()) return ExplicitPads(node);
  if (automatic != "SAME_UPPER" && automatic != "SAME_LOWER")
    node.Refuse("its auto_pad '" + automatic +
                "' is none of NOTSET, VALID, SAME_UPPER, SAME_LOWER");
  std::array<int64_t, 4> pads{};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t total = SamePadding(window, axis, image[axis + 1]);
    const int64_t smaller = total / 2, larger = total - smaller;
    pads[axis] = automatic == "SAME_UPPER" ? smaller : larger;
    pads[axis + 2] = automatic == "SAME_UPPER" ? larger : smaller;
  }
  return pads;
}

Padding ToPadding(const NodeImport& node, const std::array<int64_t, 4>& pads) {
  for (const int64_t pad : pads) {
    if (pad < 0 || pad > kLargestParameter)
      node.Refuse("its padding of " + std::to_string(pad) +
                  " is out of range (cutting an image by negative pads is not supported)");
  }
  const auto narrow = [&](size_t i) { return static_cast<int>(pads[i]); };
  return {.top = narrow(0), .left = narrow(1), .bottom = narrow(2), .right = narrow(3)};
}

// The image that a window slides over, with zeros that a Pad node put around it still apart.
struct Source {
  View view;
  Shape dims;  // zeros included
};

Source SourceOf(const NodeImport& node) {
  Source source{.view = node.PaddedViewAt(0), .dims = {}};
  source.dims = source.view.dims;
  if (source.dims.size() != 3)
    node.Refuse("its input must be an image [n,c,h,w], it has " +
                std::to_string(source.dims.size() + 1) + " dimensions");
  const Padding& p = source.view.padding;
  source.dims[1] += p.top + p.bottom;
  source.dims[2] += p.left + p.right;
  return source;
}

// The window of a node whose kernel is known, Pad nodes' zeros not counted.
Window WindowOf(const NodeImport& node, const std::array<int, 2>& kernel, const Shape& image) {
  Window window{.kernel = kernel,
                .stride = PairOf(node, "strides", 1),
                .dilation = PairOf(node, "dilations", 1),
                .padding = {}};
  window.padding = ToPadding(node, PadsOf(node, window, image));
  return window;
}

void Enlarge(Padding& padding, const Padding& by) {
  padding.top += by.top;
  padding.left += by.left;
  padding.bottom += by.bottom;
  padding.right += by.right;
}

FloatTensor FloatsOf(const NodeImport& node, const Constant& constant, const char* role) {
  if (!constant.is_float()) node.Refuse(std::string("its ") + role + " must be floats");
  return {.shape = constant.dims, .values = constant.floats};
}

void ImportConv(NodeImport& node) {
  Source source = SourceOf(node);
  const Constant& weight = node.ConstantAt(1, "weight");
  if (weight.dims.size() != 4)
    node.Refuse("its weight " + ToString(weight.dims) +
                " must be [oc,c/groups,kh,kw]; only two-dimensional convolutions are supported");
  if (weight.dims[2] < 1 || weight.dims[3] < 1 || weight.dims[2] > kLargestParameter ||
      weight.dims[3] > kLargestParameter)
    node.Refuse("its weight " + ToString(weight.dims) + " is empty or too large");
  const int64_t groups = node.Int("group", 1);
  if (groups < 1 || groups > kLargestParameter)
    node.Refuse("group " + std::to_string(groups) + " is out of range");
  node.state().budget.Take(weight.count());
  Conv conv{
      .window = WindowOf(node, {static_cast<int>(weight.dims[2]), static_cast<int>(weight.dims[3])},
                         source.dims),
      .groups = static_cast<int>(groups),
      .weight = FloatsOf(node, weight, "weight"),
      .bias = {}};
  Enlarge(conv.window.padding, source.view.padding);
  source.view.padding = {};
  SetBias(node, weight, 2, conv.bias, conv.given);
  node.SetValue(node.Add(std::move(conv), {node.Image(source.view, "input")}));
}

// ceil_mode: rows and columns to add at the end, so that a last window that hangs over is counted
// as well; PyTorch's rule, by which it must begin inside the image or the padding before it.
void AddCeilPadding(Window& window, const Shape& image) {
  int* const after[] = {&window.padding.bottom, &window.padding.right};
  const int before[] = {window.padding.top, window.padding.left};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t stride = window.stride[axis], extent = image[axis + 1];
    const int64_t free = extent + before[axis] + *after[axis] - Covered(window, axis);
    if (free < 0) return;  // shape inference refuses it
    int64_t outputs = (free + stride - 1) / stride + 1;
    if ((outputs - 1) * stride >= extent + before[axis]) --outputs;
    const int64_t needed = (outputs - 1) * stride + Covered(window, axis) - extent - before[axis];
    *after[axis] = static_cast<int>(std::max<int64_t>(*after[axis], needed));
  }
}

bool IsNeverNegative(const Graph& graph, ValueId value) {
  for (const Node& node : graph.nodes) {
    if (node.output == value) return node.activation != Activation::kNone;
  }
  return false;
}

void ImportMaxPool(NodeImport& node) {
  Source source = SourceOf(node);
  if (node.Int("storage_order", 0) != 0 || node.proto().output_size() > 1)
    node.Refuse("the positions of maxima (a second output) are not supported");
  // Zeros of a Pad node lose against what a ReLU leaves, like the pool's own padding.
  const bool zeros_lose = IsNeverNegative(node.graph(), source.view.value);
  if (HasPadding(source.view.padding) && !zeros_lose)
    source = {.view = node.ViewAt(0), .dims = source.dims};
  MaxPool pool{.window = WindowOf(node, PairOf(node, "kernel_shape", 1), source.dims)};
  if (node.Int("ceil_mode", 0) != 0) AddCeilPadding(pool.window, source.dims);
  Enlarge(pool.window.padding, source.view.padding);
  source.view.padding = {};
  node.SetValue(node.Add(pool, {node.Image(source.view, "input")}));
}

void ImportAveragePool(NodeImport& node) {
  Source source = SourceOf(node);
  AveragePool pool{.window = WindowOf(node, PairOf(node, "kernel_shape", 1), source.dims),
                   .count_include_pad = node.Int("count_include_pad", 0) != 0};
  if (HasPadding(source.view.padding)) {
    // A Pad node's zeros count like pixels: as this pool's padding, if it has none of its own.
    if (HasPadding(pool.window.padding) || node.Int("ceil_mode", 0) != 0) {
      source.view = node.ViewAt(0);
    } else {
      pool.window.padding = source.view.padding;
      pool.count_include_pad = true;
      source.view.padding = {};
    }
  }
  if (node.Int("ceil_mode", 0) != 0) {
    const Window floor = pool.window;
    AddCeilPadding(pool.window, source.dims);
    const bool longer = floor.padding.bottom != pool.window.padding.bottom ||
                        floor.padding.right != pool.window.padding.right;
    // What hangs over the padded image is never counted.
    if (longer && pool.count_include_pad && HasPadding(floor.padding))
      node.Refuse("ceil_mode together with padding that counts is not supported");
    if (longer) pool.count_include_pad = false;
  }
  node.SetValue(node.Add(pool, {node.Image(source.view, "input")}));
}

void ImportGlobalMaxPool(NodeImport& node) {
  const ValueId image = node.Image(node.ViewAt(0), "input");
  const Shape& shape = node.graph().values[static_cast<size_t>(image)].shape;
  const std::array<int, 2> kernel{static_cast<int>(std::min(shape[1], kLargestParameter)),
                                  static_cast<int>(std::min(shape[2], kLargestParameter))};
  node.SetValue(node.Add(MaxPool{.window = {.kernel = kernel}}, {image}));
}

void ImportGlobalAveragePool(NodeImport& node) {
  node.SetValue(node.Add(GlobalAveragePool{}, {node.Image(node.ViewAt(0), "input")}));
}

// Before opset 11 pads is an attribute, the value too; dimensions are n,c,h,w.
void ImportPad(NodeImport& node) {
  const std::string mode = node.Text("mode", "constant");
  if (mode != "constant") node.Refuse("padding with '" + mode + "' is not supported, only zeros");
  const float value = node.opset() < 11 ? node.Float("value", 0.0f)
                                        : node.FloatOrInput("constant_value", 2).value_or(0.0f);
  const std::vector<int64_t> pads = node.IntsOrInput("pads", 1).value_or(std::vector<int64_t>());
  const View view = node.ViewAt(0);
  if (std::ranges::all_of(pads, [](int64_t pad) { return pad == 0; })) return node.SetView(view);
  if (value != 0.0f)
    node.Refuse("padding with " + std::to_string(value) + " is not supported, only zeros");
  if (node.Has(3)) node.Refuse("axes of Pad are not supported");
  if (view.dims.size() != 3 || pads.size() != 8)
    node.Refuse("only images [n,c,h,w] can be padded, with 8 values");
  const bool channels_last = view.dims.back() > 1 && view.strides.back() != 1;
  const size_t first = channels_last ? 1 : 2;  // the dimension of rows
  const size_t other = channels_last ? 3 : 1;
  if (pads[0] != 0 || pads[4] != 0 || pads[other] != 0 || pads[other + 4] != 0)
    node.Refuse("only height and width can be padded");
  const Padding padding =
      ToPadding(node, {pads[first], pads[first + 1], pads[first + 4], pads[first + 5]});
  View image = channels_last ? Permuted(view, {2, 0, 1}) : view;
  image.padding = padding;
  node.SetView(channels_last ? Permuted(node.Settled(image), {1, 2, 0}) : image);
}

constexpr OperatorImport kOperators[] = {{"Conv", ImportConv},
                                         {"MaxPool", ImportMaxPool},
                                         {"AveragePool", ImportAveragePool},
                                         {"GlobalMaxPool", ImportGlobalMaxPool},
                                         {"GlobalAveragePool", ImportGlobalAveragePool},
                                         {"Pad", ImportPad}};

}  // namespace

std::span<const OperatorImport> WindowOperators() { return kOperators; }

}  // namespace quantbench::onnx_import
