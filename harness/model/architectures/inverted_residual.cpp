// SPDX-License-Identifier: Apache-2.0
// The shared block: the names that two libraries give its layers, and the layers.
#include "model/architectures/inverted_residual.h"

namespace quantbench {

void NameAsTimm(InvertedResidual& block) {
  const std::string in = block.name + ".";
  block.expand = {.conv = in + "conv_pw", .norm = in + "bn1"};
  block.depthwise = {.conv = in + "conv_dw", .norm = in + (block.expands ? "bn2" : "bn1")};
  block.project = block.expands ? LayerNames{.conv = in + "conv_pwl", .norm = in + "bn3"}
                                : LayerNames{.conv = in + "conv_pw", .norm = in + "bn2"};
  block.squeeze_reduce = in + "se.conv_reduce";
  block.squeeze_expand = in + "se.conv_expand";
}

void NameAsConvNormList(InvertedResidual& block) {
  int index = 0;
  const auto next = [&] { return block.name + ".block." + std::to_string(index++) + "."; };
  const auto layer = [](const std::string& module) {
    return LayerNames{.conv = module + "0", .norm = module + "1"};
  };
  if (block.expands) block.expand = layer(next());
  block.depthwise = layer(next());
  if (block.squeeze > 0) {
    const std::string module = next();
    block.squeeze_reduce = module + "fc1";
    block.squeeze_expand = module + "fc2";
  }
  block.project = layer(next());
}

Feature Build(const InvertedResidual& block, const Feature& in, ModuleBuilder& b) {
  const auto layer = [&](const Feature& x, const LayerNames& names, const ConvSpec& spec,
                         Nonlinearity then) {
    return b.ConvNorm(x, {.conv = names.conv,
                          .norm = names.norm,
                          .spec = spec,
                          .then = then,
                          .epsilon = block.epsilon,
                          .activation = names.activation});
  };
  Feature x = in;
  if (block.expands) x = layer(x, block.expand, {.out = block.expanded}, block.activation);
  const ConvSpec each_channel{
      .out = x.channels, .kernel = block.kernel, .stride = block.stride, .groups = x.channels};
  x = layer(x, block.depthwise, each_channel, block.activation);
  if (block.squeeze > 0)
    x = b.SqueezeExcite(block.name + ".se", x,
                        {.reduce = block.squeeze_reduce,
                         .expand = block.squeeze_expand,
                         .channels = block.squeeze,
                         .between = block.squeeze_activation,
                         .gate = block.gate});
  x = layer(x, block.project, {.out = block.out}, Nonlinearity::kNone);
  if (block.stride != 1 || x.channels != in.channels) return x;
  return b.Add(block.name + ".add", in, x);
}

}  // namespace quantbench
