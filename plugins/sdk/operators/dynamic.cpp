// SPDX-License-Identifier: Apache-2.0
// Dynamic quantisation: float in, float out, integers with qparams of the moment in between.
#include <cmath>

#include "conv_loops.h"
#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate;

namespace {

DynamicRange RangeOf(const Tensor& x) {
  DynamicRange range;
  float poison = 0.0f;  // NaN as soon as there is a NaN or infinity
  for (int64_t i = 0; i < x.count(); ++i) {
    const float value = x.As<const float>()[i];
    range.lo = value < range.lo ? value : range.lo;
    range.hi = value > range.hi ? value : range.hi;
    poison += value * 0.0f;
  }
  if (std::isnan(poison)) return {.lo = poison, .hi = poison};
  return range;
}

std::vector<uint8_t> Quantized(const Tensor& x, const DynamicQParams& q) {
  const OutputRange range{.lo = 0, .hi = 255, .zero_point = q.zero_point};
  std::vector<uint8_t> quantized(static_cast<size_t>(x.count()));
  for (size_t i = 0; i < quantized.size(); ++i)
    quantized[i] = Emit(x.As<const float>()[i] / q.scale, range);
  return quantized;
}

// Calls layer(quantised x, its qparams), or makes every output NaN where x has no qparams.
template <class Layer>
void WithQuantizedInput(const Call& call, const Layer& layer) {
  const DynamicQParams q = DynamicQParamsOf(RangeOf(call.inputs[0]));
  if (std::isnan(q.scale)) {
    std::fill_n(call.output.As<float>(), call.output.count(), q.scale);
  } else {
    layer(Quantized(call.inputs[0], q), q);
  }
}

// y = activation(float(acc) * (s_x * s_w[o]) + bias[o])
float Finish(const Call& call, int32_t acc, float input_scale, int64_t o) {
  const float m = input_scale * call.inputs[1].scale(o);
  const float y = static_cast<float>(acc) * m + call.inputs[2].As<const float>()[o];
  return Activate(y, call.node->activation);
}

}  // namespace

void Operators::DynamicConv(const Call& call) {
  WithQuantizedInput(call, [&](std::vector<uint8_t> x, const DynamicQParams& q) {
    std::vector<int32_t> no_bias(static_cast<size_t>(call.output.dims[1]));  // it is added as float
    Tensor inputs[] = {call.inputs[0], call.inputs[1], call.inputs[2]};
    inputs[0].data = x.data();
    inputs[2].data = no_bias.data();
    const Call integers{call.node, inputs, call.output, call.parallel};
    const auto zero = static_cast<int16_t>(q.zero_point);
    reference::ForEachPlaneOfBytes(
        integers, zero, [&](int64_t plane, int64_t o, std::span<const int32_t> acc) {
          float* const y = call.output.As<float>() + plane * static_cast<int64_t>(acc.size());
          for (size_t i = 0; i < acc.size(); ++i) y[i] = Finish(call, acc[i], q.scale, o);
        });
  });
}

void Operators::DynamicLinear(const Call& call) {
  const int64_t k = call.inputs[1].dims[1];
  const int64_t oc = call.inputs[1].dims[0];
  WithQuantizedInput(call, [&](const std::vector<uint8_t>& x, const DynamicQParams& q) {
    call.parallel.ForEach(call.output.count(), [&](int64_t i, int /*worker*/) {
      const uint8_t* const row = x.data() + i / oc * k;
      const int8_t* const w = call.inputs[1].As<const int8_t>() + i % oc * k;
      int32_t acc = 0;
      for (int64_t j = 0; j < k; ++j) acc += (row[j] - q.zero_point) * w[j];
      call.output.As<float>()[i] = Finish(call, acc, q.scale, i % oc);
    });
  });
}

}  // namespace quantbench::plugin
