// SPDX-License-Identifier: Apache-2.0
// A convolution or linear layer on integers, to the bit, at the speed of the host's float products.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "diagnose/node_model.h"

namespace quantbench {

// Products of integers are exact in float32 as long as no sum leaves 2^24, so the layer's sums are
// those of a float layer of whole numbers, over as many input channels at once as keep to that;
// bias and requantisation are those of plugins/sdk/arithmetic.md.
class IntegerLayer {
 public:
  // Of a node that was cut out. Nothing where it isn't such a layer, or its sums can't be cut.
  static std::unique_ptr<IntegerLayer> Make(const QuantizedGraph& alone);

  // The float input is quantised, the result dequantised. One image; any thread.
  void Run(std::span<const float> input, std::span<float> output) const;

 private:
  struct Part {  // of the input's channels
    size_t offset = 0, elements = 0;
    std::unique_ptr<HostModel> model;
  };
  IntegerLayer() = default;
  void Emit(std::span<const int32_t> sums, size_t channel, std::span<float> output) const;

  QParams input_, output_;
  Activation activation_ = Activation::kNone;
  std::vector<float> weight_scales_;
  std::vector<int32_t> bias_;
  std::vector<Part> parts_;
};

}  // namespace quantbench
