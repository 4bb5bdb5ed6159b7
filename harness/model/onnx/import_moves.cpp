// SPDX-License-Identifier: Apache-2.0
// Operators that pad, repeat and deal out data.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/fold.h"
#include "model/onnx/import_window.h"
#include "support/number_text.h"

namespace quantbench::onnx_import {
namespace {

struct Pads {
  std::vector<int64_t> before, after;  // of each dimension, the batch's first; may be negative
};

// Before opset 11 pads is an attribute; from 18 on it may be of some axes alone.
Pads PadsOfNode(NodeImport& node, size_t rank) {
  std::vector<int64_t> pads =
      node.IntsOrInput(node.opset() < 2 ? "paddings" : "pads", 1).value_or(std::vector<int64_t>());
  std::vector<int64_t> axes;
  if (node.Has(3)) axes = node.ConstantAt(3, "axes").integers;
  if (axes.empty()) axes = Ascending(rank);
  if (pads.size() != 2 * axes.size())
    node.Refuse("its pads have " + CountText(pads.size(), "value") + "; two for each of " +
                CountText(axes.size(), "dimension") + " were expected");
  Pads result{.before = std::vector<int64_t>(rank, 0), .after = std::vector<int64_t>(rank, 0)};
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto d = static_cast<size_t>(node.Axis(axes[i], rank));
    result.before[d] = pads[i];
    result.after[d] = pads[i + axes.size()];
  }
  for (size_t d = 0; d < rank; ++d) {
    if (std::max(std::abs(result.before[d]), std::abs(result.after[d])) > kLargestParameter)
      node.Refuse("its pads are out of range");
  }
  if (result.before[0] != 0 || result.after[0] != 0) node.Refuse("the batch can't be padded");
  result.before.erase(result.before.begin());
  result.after.erase(result.after.begin());
  return result;
}

// Negative pads cut off.
View Cropped(NodeImport& node, View view, Pads& pads) {
  for (size_t d = 0; d < view.dims.size(); ++d) {
    const int64_t front = std::max<int64_t>(0, -pads.before[d]),
                  back = std::max<int64_t>(0, -pads.after[d]);
    if (front + back >= view.dims[d]) node.Refuse("its pads leave nothing");
    view.offset += front * view.strides[d];
    view.dims[d] -= front + back;
    pads.before[d] = std::max<int64_t>(0, pads.before[d]);
    pads.after[d] = std::max<int64_t>(0, pads.after[d]);
  }
  return view;
}

// Where position `at` (which may lie outside) of `extent` is taken from; -1: nowhere.
int64_t SourceOfPad(const std::string& mode, int64_t at, int64_t extent) {
  if (at >= 0 && at < extent) return at;
  if (mode == "edge") return std::clamp<int64_t>(at, 0, extent - 1);
  if (mode == "wrap") return (at % extent + extent) % extent;
  if (mode == "reflect") return at < 0 ? -at : 2 * (extent - 1) - at;
  return -1;
}

View PaddedAnyhow(NodeImport& node, const View& view, const Pads& pads, const std::string& mode) {
  Shape dims = view.dims;
  for (size_t d = 0; d < dims.size(); ++d) {
    if (mode == "reflect" && std::max(pads.before[d], pads.after[d]) >= dims[d])
      node.Refuse("it reflects more than there is");
    dims[d] += pads.before[d] + pads.after[d];
  }
  if (!IsPossible(dims)) node.Refuse("it makes " + ToString(dims) + ", which is too large");
  return node.Rearranged(view, dims, [&](int64_t i) {
    int64_t element = 0, stride = 1;
    for (size_t d = dims.size(); d-- > 0; i /= dims[d]) {
      const int64_t at = SourceOfPad(mode, i % dims[d] - pads.before[d], view.dims[d]);
      if (at < 0) return int64_t{-1};
      element += at * stride;
      stride *= view.dims[d];
    }
    return element;
  });
}

// Zeros around height and width, which windows behind it take over. False: others are wanted.
bool PadImage(NodeImport& node, const View& view, const Pads& pads) {
  if (view.dims.size() != 3) return false;
  const bool channels_last = view.dims.back() > 1 && view.strides.back() != 1;
  const size_t rows = channels_last ? 0 : 1, channels = channels_last ? 2 : 0;
  if (pads.before[channels] != 0 || pads.after[channels] != 0) return false;
  View image = channels_last ? Permuted(view, {2, 0, 1}) : view;
  image.padding = ToPadding(
      node, {pads.before[rows], pads.before[rows + 1], pads.after[rows], pads.after[rows + 1]});
  node.SetView(channels_last ? Permuted(node.Settled(image), {1, 2, 0}) : image);
  return true;
}

void ImportPad(NodeImport& node) {
  const std::string mode = node.Text("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    node.Refuse("its mode '" + mode + "' is none of constant, reflect, edge and wrap");
  const float value = node.opset() < 11 ? node.Float("value", 0.0f)
                                        : node.FloatOrInput("constant_value", 2).value_or(0.0f);
  View view = node.ViewAt(0);
  Pads pads = PadsOfNode(node, view.dims.size() + 1);
  view = Cropped(node, view, pads);
  const auto none = [](const std::vector<int64_t>& side) {
    return std::ranges::all_of(side, [](int64_t pad) { return pad == 0; });
  };
  if (none(pads.before) && none(pads.after)) return node.SetView(view);
  if (mode == "constant" && value == 0.0f && PadImage(node, view, pads)) return;
  if (mode != "constant" || value == 0.0f)
    return node.SetView(PaddedAnyhow(node, view, pads, mode));
  if (!std::isfinite(value))
    node.Refuse("padding with " + std::to_string(value) + " is not supported");
  // Zeros around what is `value` less, and then `value` more.
  const auto shifted = [&](View data, float by) {
    data = Whole(node, data);
    BatchNorm norm = IdentityNorm(static_cast<size_t>(node.ShapeOf(data.value)[0]));
    std::ranges::fill(norm.beta, by);
    data.value = node.Add(std::move(norm), {data.value});
    return data;
  };
  node.SetView(shifted(PaddedAnyhow(node, shifted(view, -value), pads, mode), value));
}

void ImportExpand(NodeImport& node) {
  const View view = node.ViewAt(0);
  const Constant& shape = node.ConstantAt(1, "shape");
  node.SetView(Broadcast(node, view, BroadcastDims(node, node.FullDims(view), shape.integers)));
}

void ImportTile(NodeImport& node) {
  const View view = node.ViewAt(0);
  const std::vector<int64_t> repeats = node.ConstantAt(1, "repeats").integers;
  if (repeats.size() != view.dims.size() + 1 || repeats[0] != 1)
    node.Refuse("it needs a number of repeats for each dimension, 1 for the batch");
  Shape dims = view.dims;
  for (size_t d = 0; d < dims.size(); ++d) {
    if (repeats[d + 1] < 1 || repeats[d + 1] > kLargestParameter)
      node.Refuse("its repeats are out of range");
    dims[d] *= repeats[d + 1];
  }
  if (!IsPossible(dims)) node.Refuse("it makes " + ToString(dims) + ", which is too large");
  node.SetView(node.Rearranged(view, dims, [&](int64_t i) {
    int64_t element = 0, stride = 1;
    for (size_t d = dims.size(); d-- > 0; i /= dims[d]) {
      element += i % dims[d] % view.dims[d] * stride;
      stride *= view.dims[d];
    }
    return element;
  }));
}

// An image [c,h,w] cut up as `cut`, its parts in another order, and that as [c,h,w] again.
void Deal(NodeImport& node, const Shape& cut, const std::vector<int>& order, const Shape& dims) {
  const View image = node.ViewAt(0);
  const auto parts = Reshaped(image, cut);
  const View dealt = Permuted(parts ? *parts : Reshaped(node.Dense(image), cut).value(), order);
  node.SetReshaped(dealt, node.FullDims({.value = -1, .dims = dims, .strides = {}}));
}

int64_t BlockSize(const NodeImport& node, const View& image) {
  const int64_t block = node.Int("blocksize", 0);
  if (image.dims.size() != 3 || block < 1 || block > kLargestParameter)
    node.Refuse("it needs an image [n,c,h,w] and a positive blocksize");
  return block;
}

void ImportSpaceToDepth(NodeImport& node) {
  const View image = node.ViewAt(0);
  const int64_t b = BlockSize(node, image), c = image.dims[0], h = image.dims[1], w = image.dims[2];
  if (h % b != 0 || w % b != 0) node.Refuse("its blocksize doesn't divide the image");
  Deal(node, {c, h / b, b, w / b, b}, {2, 4, 0, 1, 3}, {c * b * b, h / b, w / b});
}

void ImportDepthToSpace(NodeImport& node) {
  const View image = node.ViewAt(0);
  const int64_t b = BlockSize(node, image), c = image.dims[0], h = image.dims[1], w = image.dims[2];
  if (c % (b * b) != 0) node.Refuse("its blocksize doesn't divide the channels");
  const int64_t fewer = c / (b * b);
  const Shape dims{fewer, h * b, w * b};
  if (node.Text("mode", "DCR") == "CRD")
    return Deal(node, {fewer, b, b, h, w}, {0, 3, 1, 4, 2}, dims);
  Deal(node, {b, b, fewer, h, w}, {2, 3, 0, 4, 1}, dims);
}

constexpr OperatorImport kMoveOperators[] = {{"Pad", ImportPad},
                                             {"Expand", ImportExpand},
                                             {"Tile", ImportTile},
                                             {"SpaceToDepth", ImportSpaceToDepth},
                                             {"DepthToSpace", ImportDepthToSpace}};

}  // namespace

std::span<const OperatorImport> MoveOperators() { return kMoveOperators; }

}  // namespace quantbench::onnx_import
