// SPDX-License-Identifier: Apache-2.0
// The block of MobileNets, MNASNets and EfficientNets: expand, convolve each channel, project.
#pragma once

#include <string>

#include "model/architectures/module_builder.h"

namespace quantbench {

struct LayerNames {
  std::string conv, norm;
  std::string activation{};  // empty: called after the norm
};

struct InvertedResidual {
  std::string name;
  LayerNames expand, depthwise, project;
  std::string squeeze_reduce{}, squeeze_expand{};
  bool expands = true;
  int64_t expanded = kAnyExtent;  // channels in the middle
  int64_t out = kAnyExtent;
  int kernel = 3;
  int stride = 1;
  int64_t squeeze = 0;  // channels of the squeeze-excite layers; 0: there are none
  Nonlinearity activation = Nonlinearity::kRelu;
  Nonlinearity squeeze_activation = Nonlinearity::kRelu;
  Nonlinearity gate = Nonlinearity::kSigmoid;
  float epsilon = 1e-5f;
};

// Fills in the names: timm's, or those of a list of ConvNormActivation modules as torchvision's
// newer networks have.
void NameAsTimm(InvertedResidual& block);
void NameAsConvNormList(InvertedResidual& block);

// The input is added where its shape is the result's.
Feature Build(const InvertedResidual& block, const Feature& in, ModuleBuilder& builder);

}  // namespace quantbench
