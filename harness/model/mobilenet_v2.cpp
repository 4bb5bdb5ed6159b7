// SPDX-License-Identifier: Apache-2.0
// The network of "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (arXiv 1801.04381),
// with the names that torchvision gives its tensors.
#include "model/mobilenet_v2.h"

#include <algorithm>
#include <utility>

#include "model/architectures/parameters.h"
#include "support/error.h"

namespace quantbench {
namespace {

struct Stage {
  int expansion;  // t: hidden channels of a block, over its input channels
  int blocks;     // n
  int stride;     // s, of the first block
};

// Table 2 of the paper; its channels (c) are read off the weights, so any width fits.
constexpr Stage kStages[] = {
    {.expansion = 1, .blocks = 1, .stride = 1}, {.expansion = 6, .blocks = 2, .stride = 2},
    {.expansion = 6, .blocks = 3, .stride = 2}, {.expansion = 6, .blocks = 4, .stride = 2},
    {.expansion = 6, .blocks = 3, .stride = 1}, {.expansion = 6, .blocks = 3, .stride = 2},
    {.expansion = 6, .blocks = 1, .stride = 1}};
constexpr int kImageChannels = 3;

struct ConvSpec {
  std::string conv, norm;    // names of the layers
  std::string activation{};  // empty: none
  int64_t out_channels = kAnyExtent;
  int kernel = 1;
  int stride = 1;
  bool depthwise = false;
};

class Builder {
 public:
  Builder(StateDict tensors, const ModelSource& source)
      : parameters_(std::move(tensors)), source_(source) {
    graph_.name = source.architecture;
    graph_.input = graph_.AddValue("input", {kImageChannels, height_, width_});
    current_ = graph_.input;
  }

  Graph Build() {
    ConvNorm({.conv = "features.0.0",
              .norm = "features.0.1",
              .activation = "features.0.2",
              .kernel = 3,
              .stride = 2});
    int index = 1;
    for (const Stage& stage : kStages) {
      for (int block = 0; block < stage.blocks; ++block)
        InvertedResidual("features." + std::to_string(index++), stage.expansion,
                         block == 0 ? stage.stride : 1);
    }
    const std::string last = "features." + std::to_string(index);
    ConvNorm({.conv = last + ".0", .norm = last + ".1", .activation = last + ".2"});
    Classifier();
    parameters_.Finish(source_.architecture);
    return std::move(graph_);
  }

 private:
  void InvertedResidual(const std::string& name, int expansion, int stride) {
    const ValueId input = current_;
    const int64_t in_channels = channels_;
    const std::string conv = name + ".conv.";
    int index = 0;
    const auto nested = [&] { return conv + std::to_string(index) + "."; };
    if (expansion != 1) {
      ConvNorm({.conv = nested() + "0",
                .norm = nested() + "1",
                .activation = nested() + "2",
                .out_channels = in_channels == kAnyExtent ? kAnyExtent : in_channels * expansion});
      ++index;
    }
    ConvNorm({.conv = nested() + "0",
              .norm = nested() + "1",
              .activation = nested() + "2",
              .out_channels = channels_,
              .kernel = 3,
              .stride = stride,
              .depthwise = true});
    ++index;
    ConvNorm({.conv = conv + std::to_string(index), .norm = conv + std::to_string(index + 1)});
    if (stride == 1 && channels_ == in_channels)
      current_ = graph_.AddNode(name + ".add", Add{}, {input, current_});
  }

  void ConvNorm(const ConvSpec& spec) {
    Conv conv;
    conv.window.kernel = {spec.kernel, spec.kernel};
    conv.window.stride = {spec.stride, spec.stride};
    conv.window.padding = PadAndAdvance(spec.kernel, spec.stride);
    conv.groups = spec.depthwise ? static_cast<int>(channels_) : 1;
    conv.weight = parameters_.Take(
        spec.conv + ".weight",
        {spec.out_channels, spec.depthwise ? 1 : channels_, spec.kernel, spec.kernel});
    channels_ = conv.weight.shape[0];
    current_ = graph_.AddNode(spec.conv, std::move(conv), {current_});
    BatchNorm norm{.gamma = TakeVector(spec.norm + ".weight", channels_),
                   .beta = TakeVector(spec.norm + ".bias", channels_),
                   .mean = TakeVector(spec.norm + ".running_mean", channels_),
                   .variance = TakeVector(spec.norm + ".running_var", channels_)};
    parameters_.Drop(spec.norm + ".num_batches_tracked");
    current_ = graph_.AddNode(spec.norm, std::move(norm), {current_});
    if (!spec.activation.empty())
      current_ = graph_.AddNode(spec.activation, Activate{}, {current_}, source_.activation);
  }

  // torchvision's dropout before the last layer does nothing at inference.
  void Classifier() {
    current_ = graph_.AddNode("pool", GlobalAveragePool{}, {current_});
    current_ = graph_.AddNode("flatten", Flatten{}, {current_});
    Linear linear;
    linear.weight = parameters_.Take("classifier.1.weight", {kAnyExtent, channels_});
    linear.bias = TakeVector("classifier.1.bias", linear.weight.shape[0]);
    current_ = graph_.AddNode("classifier.1", std::move(linear), {current_});
    graph_.output = current_;
  }

  std::vector<float> TakeVector(const std::string& name, int64_t length) {
    return parameters_.Take(name, {length}).values;
  }

  // The padding of a window at the current image size; that size becomes the window's output.
  Padding PadAndAdvance(int kernel, int stride) {
    const auto pad = [&](int& extent) -> std::array<int, 2> {
      int total = kernel - 1;
      if (source_.padding == PaddingStyle::kSame) {
        const int output = (extent + stride - 1) / stride;
        total = std::max((output - 1) * stride + kernel - extent, 0);
      }
      const std::array<int, 2> sides{total / 2, total - total / 2};
      extent = (extent + total - kernel) / stride + 1;
      return sides;
    };
    const auto [top, bottom] = pad(height_);
    const auto [left, right] = pad(width_);
    return {.top = top, .left = left, .bottom = bottom, .right = right};
  }

  Parameters parameters_;
  const ModelSource& source_;
  Graph graph_;
  ValueId current_ = -1;
  int64_t channels_ = kImageChannels;
  int height_ = source_.input_height;
  int width_ = source_.input_width;
};

}  // namespace

Graph BuildMobileNetV2(StateDict tensors, const ModelSource& source) {
  return Builder(std::move(tensors), source).Build();
}

}  // namespace quantbench
