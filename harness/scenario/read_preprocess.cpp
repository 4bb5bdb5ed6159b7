// SPDX-License-Identifier: Apache-2.0
// The key `dataset.preprocess`: a preset, and what differs from it.
#include <algorithm>
#include <array>
#include <iterator>

#include "dataset/presets.h"
#include "scenario/names.h"
#include "scenario/sections.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kKeys[] = {"preset",        "resize",        "crop", "fit",
                                      "interpolation", "resize_method", "mean", "std",
                                      "channel_order", "scale"};
constexpr Limits<int64_t> kPixels{1, 4096};

// The position of a name in the list; nothing where the key is absent or mistaken.
std::optional<size_t> ReadIndex(const Node* node, std::span<const std::string_view> names,
                                Reader& reader) {
  std::string name;
  if (!reader.ReadName(node, {.known = names}, name)) return std::nullopt;
  return static_cast<size_t>(std::ranges::find(names, name) - names.begin());
}

// One number, or height and width where `pair` says so. True unless it is mistaken.
bool ReadSize(const Node* node, bool pair, Reader& reader, PixelSize& size) {
  if (node == nullptr) return true;
  if (node->kind != Node::Kind::kList || !pair) {
    int edge = 0;
    if (!reader.ReadInteger(node, kPixels, edge)) return false;
    size = edge;
    return true;
  }
  if (node->items.size() != 2) {
    reader.Report(*node, "expected an integer, or a list of 2 (height, width); found a list of " +
                             std::to_string(node->items.size()));
    return false;
  }
  const bool height = reader.ReadInteger(&node->items[0], kPixels, size.height);
  return reader.ReadInteger(&node->items[1], kPixels, size.width) && height;
}

// Red, green and blue.
void ReadChannels(const Node* node, Limits<double> limits, Reader& reader,
                  std::array<float, 3>& target) {
  if (node == nullptr) return;
  if (node->kind != Node::Kind::kList || node->items.size() != target.size()) {
    const std::string found = node->kind == Node::Kind::kList
                                  ? "a list of " + std::to_string(node->items.size())
                                  : Describe(*node);
    reader.Report(*node, "expected a list of 3 numbers (red, green, blue); found " + found);
    return;
  }
  for (size_t i = 0; i < target.size(); ++i) reader.ReadNumber(&node->items[i], limits, target[i]);
}

void ReadPreset(const Node* node, Reader& reader, Preprocess& preprocess) {
  std::vector<std::string_view> names;
  for (const Preset& preset : Presets()) names.push_back(preset.name);
  if (const auto index = ReadIndex(node, names, reader)) preprocess = Presets()[*index].preprocess;
}

void ReadSizes(const Mapping& mapping, Reader& reader, Preprocess& preprocess) {
  if (const auto fit = ReadIndex(mapping.Find("fit"), names::kFits, reader))
    preprocess.fit = static_cast<Fit>(*fit);
  const Node* resize = mapping.Find("resize");
  const Node* crop = mapping.Find("crop");
  const bool whole = preprocess.fit != Fit::kResizeShorter;
  const bool good_crop = ReadSize(crop, true, reader, preprocess.crop);
  if (whole && resize == nullptr) preprocess.resize = preprocess.crop;
  if (!whole && resize != nullptr && resize->kind == Node::Kind::kList) {
    reader.Report(*resize,
                  "expected one number, which the shorter edge becomes; two are for fit: squash or "
                  "fit: pad");
    return;
  }
  if (!ReadSize(resize, whole, reader, preprocess.resize) || !good_crop) return;
  const PixelSize &from = preprocess.resize, &cut = preprocess.crop;
  if (cut.height <= from.height && cut.width <= from.width) return;
  reader.Report(crop != nullptr     ? *crop
                : resize != nullptr ? *resize
                                    : *mapping.node(),
                "a crop of " + ToString(cut) + " pixels can't be cut out of images " +
                    (whole ? "of " : "whose shorter edge is resized to ") + ToString(from));
}

void ReadMethod(const Mapping& mapping, Reader& reader, Preprocess& preprocess) {
  constexpr ResizeMethod kOfInterpolation[] = {ResizeMethod::kPilBilinear,
                                               ResizeMethod::kPilBicubic, ResizeMethod::kPilLanczos,
                                               ResizeMethod::kPilNearest};
  constexpr ResizeMethod kOfMethod[] = {ResizeMethod::kPilBilinear, ResizeMethod::kOpencvLinear,
                                        ResizeMethod::kOpencvArea};
  const Node* interpolation = mapping.Find("interpolation");
  const Node* method = mapping.Find("resize_method");
  if (const auto index = ReadIndex(interpolation, names::kInterpolations, reader))
    preprocess.resize_method = kOfInterpolation[*index];
  if (const auto index = ReadIndex(method, names::kResizeMethods, reader))
    preprocess.resize_method = kOfMethod[*index];
  if (interpolation != nullptr && method != nullptr)
    reader.Report(*method, "interpolation chooses already how images are resized; remove one");
}

// Mean and std are of the values that the scale gives: 123.675 meant for bytes would turn pixels in
// 0..1 to nonsense in silence, and 0.485 leave bytes as they are.
void ReadValues(const Mapping& mapping, Reader& reader, Preprocess& preprocess) {
  if (const auto order = ReadIndex(mapping.Find("channel_order"), names::kChannelOrders, reader))
    preprocess.channel_order = static_cast<ChannelOrder>(*order);
  const Node* mean = mapping.Find("mean");
  const Node* std = mapping.Find("std");
  const Node* scale = mapping.Find("scale");
  const PixelScale before = preprocess.scale;
  if (const auto index = ReadIndex(scale, names::kScales, reader))
    preprocess.scale = static_cast<PixelScale>(*index);
  const bool bytes = preprocess.scale == PixelScale::kBytes;
  if (preprocess.scale != before) {
    preprocess.mean = {0, 0, 0};
    preprocess.std = {1, 1, 1};
    if (mapping.Find("preset") != nullptr && (mean == nullptr || std == nullptr))
      reader.Report(*scale, "the preset's mean and std are for another scale; give both");
  }
  ReadChannels(mean,
               bytes ? Limits<double>{0, 255, "of pixels from 0 to 255"}
                     : Limits<double>{0, 1, "of pixels divided by 255"},
               reader, preprocess.mean);
  ReadChannels(std,
               bytes ? Limits<double>{1, 255, "of pixels from 0 to 255"}
                     : Limits<double>{0.0001, 1, "of pixels divided by 255"},
               reader, preprocess.std);
  const auto is_fraction = [](float value) { return value > 0 && value < 1; };
  if (bytes && mean != nullptr && std::ranges::all_of(preprocess.mean, is_fraction))
    reader.Report(*mean,
                  "a mean below 1 is for pixels divided by 255; multiply it by 255, or "
                  "take scale: 0..1");
}

}  // namespace

void ReadPreprocess(const Node* node, Reader& reader, Preprocess& preprocess) {
  const Mapping mapping(node, {.known = kKeys}, reader.mistakes());
  ReadPreset(mapping.Find("preset"), reader, preprocess);
  ReadSizes(mapping, reader, preprocess);
  ReadMethod(mapping, reader, preprocess);
  ReadValues(mapping, reader, preprocess);
}

}  // namespace quantbench::yaml
