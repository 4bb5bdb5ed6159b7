// SPDX-License-Identifier: Apache-2.0
// Modules to nodes. Only this file makes layers that have weights.
#include "model/architectures/module_builder.h"

#include <algorithm>
#include <utility>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr int kImageChannels = 3;

// {before, after} of one axis of an image.
using Sides = std::array<int, 2>;

Sides SamePadding(int extent, int kernel, int stride) {
  const int output = (extent + stride - 1) / stride;
  const int total = std::max((output - 1) * stride + kernel - extent, 0);
  return {total / 2, total - total / 2};
}

// PyTorch's ceil_mode as padding at the end: the last window must begin inside the image or the
// padding before it.
int CeilPadding(int extent, int kernel, int stride, int padding) {
  const int free = extent + 2 * padding - kernel;
  if (free < 0) return padding;  // shape inference refuses it
  int output = (free + stride - 1) / stride + 1;
  if ((output - 1) * stride >= extent + padding) --output;
  return std::max((output - 1) * stride + kernel - extent - padding, 0);
}

std::string FunctionSuffix(Nonlinearity function) {
  switch (function) {
    case Nonlinearity::kSigmoid:
    case Nonlinearity::kHardSigmoid:
      return "gate";
    default:
      return "act";
  }
}

}  // namespace

int64_t MakeDivisible(double value, int64_t divisor) {
  const int64_t rounded = std::max(
      divisor, static_cast<int64_t>(value + static_cast<double>(divisor) / 2) / divisor * divisor);
  return static_cast<double>(rounded) < 0.9 * value ? rounded + divisor : rounded;
}

ModuleBuilder::ModuleBuilder(Parameters& parameters, const ModelSource& source)
    : parameters_(parameters), source_(source) {
  graph_.name = ModelName(source);
  graph_.input =
      graph_.AddValue("input", {kImageChannels, source.input_height, source.input_width});
}

Feature ModuleBuilder::Input() const {
  return {.id = graph_.input,
          .channels = kImageChannels,
          .height = source_.input_height,
          .width = source_.input_width};
}

Feature ModuleBuilder::Node(const std::string& name, Operator op,
                            const std::vector<ValueId>& inputs, Feature like) {
  like.id = graph_.AddNode(name, std::move(op), inputs);
  return like;
}

Window ModuleBuilder::WindowOf(const Feature& in, const WindowSpec& spec,
                               std::array<int, 2> kernel) const {
  const std::array<int, 2> extents{in.height, in.width};
  std::array<Sides, 2> sides{};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int padding = spec.padding == kHalf ? (kernel[axis] - 1) / 2 : spec.padding;
    sides[axis] = {padding, padding};
    if (spec.padding == kHalf && source_.padding == PaddingStyle::kSame) {
      sides[axis] = SamePadding(extents[axis], kernel[axis], spec.stride);
    } else if (spec.ceil) {
      sides[axis][1] = CeilPadding(extents[axis], kernel[axis], spec.stride, padding);
    }
  }
  return {
      .kernel = kernel,
      .stride = {spec.stride, spec.stride},
      .padding = {
          .top = sides[0][0], .left = sides[1][0], .bottom = sides[0][1], .right = sides[1][1]}};
}

Feature ModuleBuilder::Slide(Feature in, const Window& window) {
  const Padding& padding = window.padding;
  const auto slide = [&](int padded, size_t axis) {
    return (padded - window.kernel[axis]) / window.stride[axis] + 1;
  };
  in.height = slide(in.height + padding.top + padding.bottom, 0);
  in.width = slide(in.width + padding.left + padding.right, 1);
  return in;
}

std::vector<float> ModuleBuilder::TakeVector(const std::string& name, int64_t length) {
  return parameters_.Take(name, {length}).values;
}

Feature ModuleBuilder::Conv(const std::string& name, const Feature& in, const ConvSpec& spec) {
  const std::array<int, 2> kernel =
      spec.oblong[0] > 0 ? spec.oblong : std::array<int, 2>{spec.kernel, spec.kernel};
  quantbench::Conv conv;
  conv.window = WindowOf(in, {.stride = spec.stride, .padding = spec.padding}, kernel);
  conv.groups = static_cast<int>(spec.groups);
  const int64_t depth = in.channels == kAnyExtent ? kAnyExtent : in.channels / spec.groups;
  conv.weight = parameters_.Take(name + ".weight", {spec.out, depth, kernel[0], kernel[1]});
  Feature out = Slide(in, conv.window);
  out.channels = conv.weight.shape[0];
  if (spec.bias) conv.bias = TakeVector(name + ".bias", out.channels);
  return Node(name, std::move(conv), {in.id}, out);
}

Feature ModuleBuilder::Norm(const std::string& name, const Feature& in, float epsilon) {
  BatchNorm norm{.gamma = TakeVector(name + ".weight", in.channels),
                 .beta = TakeVector(name + ".bias", in.channels),
                 .mean = TakeVector(name + ".running_mean", in.channels),
                 .variance = TakeVector(name + ".running_var", in.channels),
                 .epsilon = epsilon};
  parameters_.Drop(name + ".num_batches_tracked");
  return Node(name, std::move(norm), {in.id}, in);
}

Feature ModuleBuilder::ConvNorm(const Feature& in, const ConvNormSpec& spec) {
  Feature out = Conv(spec.conv, in, spec.spec);
  // Where training was aware of quantisation, the norm went into the convolution's module.
  const std::string fused = spec.conv + ".bn";
  out = Norm(Has(fused + ".weight") ? fused : spec.norm, out, spec.epsilon);
  if (spec.then == Nonlinearity::kNone) return out;
  return Apply(spec.activation.empty() ? spec.norm + ".act" : spec.activation, out, spec.then);
}

Feature ModuleBuilder::Linear(const std::string& name, const Feature& in, int64_t out) {
  quantbench::Linear linear;
  linear.weight = parameters_.Take(name + ".weight", {out, in.channels});
  const int64_t channels = linear.weight.shape[0];
  linear.bias = TakeVector(name + ".bias", channels);
  return Node(name, std::move(linear), {in.id}, {.channels = channels, .height = 1, .width = 1});
}

Feature ModuleBuilder::Affine(const std::string& name, const Feature& in,
                              std::vector<float> factors, std::vector<float> shifts) {
  quantbench::Conv conv;
  conv.groups = static_cast<int>(in.channels);
  conv.weight = {.shape = {in.channels, 1, 1, 1}, .values = std::move(factors)};
  conv.bias = std::move(shifts);
  return Node(name, std::move(conv), {in.id}, in);
}

Feature ModuleBuilder::Apply(const std::string& name, const Feature& in, Nonlinearity function) {
  const auto activate = [&](Activation activation) {
    Feature out = in;
    out.id = graph_.AddNode(name, Activate{}, {in.id}, activation);
    return out;
  };
  switch (function) {
    case Nonlinearity::kNone:
      return in;
    case Nonlinearity::kRelu:
      return activate(Activation::kRelu);
    case Nonlinearity::kRelu6:
      return activate(Activation::kRelu6);
    case Nonlinearity::kSilu:
      return Node(name, Unary{.function = Function::kSilu}, {in.id}, in);
    case Nonlinearity::kHardSwish:
      return Node(name, Unary{.function = Function::kHardSwish}, {in.id}, in);
    case Nonlinearity::kSigmoid:
      return Node(name, Unary{.function = Function::kSigmoid}, {in.id}, in);
    case Nonlinearity::kHardSigmoid:
      return Node(name,
                  Unary{.function = Function::kHardSigmoid, .parameters = {1.0f / 6.0f, 0.5f}},
                  {in.id}, in);
  }
  return in;
}

Feature ModuleBuilder::Add(const std::string& name, const Feature& a, const Feature& b) {
  return Node(name, quantbench::Add{}, {a.id, b.id}, a);
}

Feature ModuleBuilder::Concat(const std::string& name, const std::vector<Feature>& parts) {
  Feature joined = parts.at(0);
  std::vector<ValueId> ids;
  joined.channels = 0;
  for (const Feature& part : parts) {
    ids.push_back(part.id);
    joined.channels += part.channels;
  }
  return Node(name, quantbench::Concat{}, ids, joined);
}

Feature ModuleBuilder::Slice(const std::string& name, const Feature& in, int64_t begin,
                             int64_t end) {
  Feature part = in;
  part.channels = end - begin;
  return Node(name, quantbench::Slice{.begin = begin, .end = end}, {in.id}, part);
}

Feature ModuleBuilder::Shuffle(const std::string& name, const Feature& in, int groups) {
  return Node(name, ChannelShuffle{.groups = groups}, {in.id}, in);
}

Feature ModuleBuilder::SqueezeExcite(const std::string& name, const Feature& in,
                                     const SqueezeExciteSpec& spec) {
  Feature factors = GlobalAveragePool(name + ".pool", in);
  factors = Conv(spec.reduce, factors, {.out = spec.channels, .bias = true});
  factors = Apply(name + "." + FunctionSuffix(spec.between), factors, spec.between);
  factors = Conv(spec.expand, factors, {.out = in.channels, .bias = true});
  factors = Apply(name + "." + FunctionSuffix(spec.gate), factors, spec.gate);
  return Node(name + ".scale", Mul{}, {in.id, factors.id}, in);
}

Feature ModuleBuilder::MaxPool(const std::string& name, const Feature& in, const WindowSpec& spec) {
  const Window window = WindowOf(in, spec, {spec.kernel, spec.kernel});
  return Node(name, quantbench::MaxPool{.window = window}, {in.id}, Slide(in, window));
}

Feature ModuleBuilder::AveragePool(const std::string& name, const Feature& in,
                                   const WindowSpec& spec) {
  const Window window = WindowOf(in, spec, {spec.kernel, spec.kernel});
  return Node(name, quantbench::AveragePool{.window = window}, {in.id}, Slide(in, window));
}

Feature ModuleBuilder::GlobalAveragePool(const std::string& name, const Feature& in) {
  return Node(name, quantbench::GlobalAveragePool{}, {in.id},
              {.channels = in.channels, .height = 1, .width = 1});
}

Feature ModuleBuilder::AdaptiveAveragePool(const std::string& name, const Feature& in, int size) {
  if (in.height == size && in.width == size) return in;
  if (size == 1) return GlobalAveragePool(name, in);
  const bool equal_parts =
      in.height >= size && in.width >= size && in.height % size == 0 && in.width % size == 0;
  if (!equal_parts) {
    impossible_ = "an input of " + std::to_string(source_.input_height) + "x" +
                  std::to_string(source_.input_width) + " leaves an image of " +
                  std::to_string(in.height) + "x" + std::to_string(in.width) +
                  " before the pool '" + name + "', which makes " + std::to_string(size) + "x" +
                  std::to_string(size) +
                  " of it: only multiples of that are cut into equal "
                  "windows. Take crops of 224x224, which the network is made for";
    return {.id = in.id, .channels = in.channels, .height = size, .width = size};
  }
  const std::array<int, 2> kernel{in.height / size, in.width / size};
  const Window window{.kernel = kernel, .stride = kernel};
  return Node(name, quantbench::AveragePool{.window = window}, {in.id}, Slide(in, window));
}

Feature ModuleBuilder::Flatten(const std::string& name, const Feature& in) {
  const int64_t elements =
      in.channels == kAnyExtent ? kAnyExtent : in.channels * in.height * in.width;
  return Node(name, quantbench::Flatten{}, {in.id},
              {.channels = elements, .height = 1, .width = 1});
}

Feature ModuleBuilder::Classifier(const std::string& name, const Feature& in) {
  return Linear(name, Flatten("flatten", GlobalAveragePool("pool", in)));
}

Nonlinearity ModuleBuilder::ChosenActivation() const {
  return source_.activation == Activation::kRelu ? Nonlinearity::kRelu : Nonlinearity::kRelu6;
}

Graph ModuleBuilder::Finish(const Feature& out) {
  if (!impossible_.empty()) throw Error(impossible_);
  graph_.output = out.id;
  return std::move(graph_);
}

}  // namespace quantbench
