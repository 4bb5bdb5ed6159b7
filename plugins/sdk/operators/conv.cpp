// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers of float and of statically quantised tensors.
#include "conv_loops.h"
#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate, reference::ForEachPlane, reference::Geometry, reference::IsFloat;

namespace {

void AccumulateOnAnyCpu(const Geometry& g, const float* x, const float* weight, float* acc) {
  reference::AccumulatePlane<AnyFma>(g, x, 0.0f, weight, acc);
}

float DotOnAnyCpu(const float* x, const float* w, int64_t count, float sum) {
  for (int64_t i = 0; i < count; ++i) sum = AnyFma::Of(x[i], w[i], sum);
  return sum;
}

#ifdef QUANTBENCH_WITH_FMA
QUANTBENCH_WITH_FMA void AccumulateWithFma(const Geometry& g, const float* x, const float* weight,
                                           float* acc) {
  reference::AccumulatePlane<HardFma>(g, x, 0.0f, weight, acc);
}

QUANTBENCH_WITH_FMA float DotWithFma(const float* x, const float* w, int64_t count, float sum) {
  for (int64_t i = 0; i < count; ++i) sum = HardFma::Of(x[i], w[i], sum);
  return sum;
}
#else
constexpr auto AccumulateWithFma = AccumulateOnAnyCpu;
constexpr auto DotWithFma = DotOnAnyCpu;
#endif

void ConvF32(const Call& call) {
  ForEachPlane<float, float, float>(call, CpuHasFma() ? AccumulateWithFma : AccumulateOnAnyCpu,
                                    [&](int64_t plane, int64_t, const std::vector<float>& acc) {
                                      float* const y = call.output.As<float>() +
                                                       plane * static_cast<int64_t>(acc.size());
                                      for (size_t i = 0; i < acc.size(); ++i)
                                        y[i] = Activate(acc[i], call.node->activation);
                                    });
}

void ConvU8(const Call& call) {
  const Tensor& y = call.output;
  const OutputRange range = RangeOf(call.node->activation, y.scale(), y.zero_point());
  const auto zero = static_cast<int16_t>(call.inputs[0].zero_point());
  reference::ForEachPlaneOfBytes(
      call, zero, [&](int64_t plane, int64_t o, const std::vector<int32_t>& acc) {
        const float m = ConvMultiplier(call.inputs[0].scale(), call.inputs[1].scale(o), y.scale());
        uint8_t* const out = y.As<uint8_t>() + plane * static_cast<int64_t>(acc.size());
        for (size_t i = 0; i < acc.size(); ++i)
          out[i] = Emit(static_cast<float>(acc[i]) * m, range);
      });
}

void LinearF32(const Call& call) {
  const int64_t k = call.inputs[1].dims[1];
  const int64_t oc = call.inputs[1].dims[0];
  const auto dot = CpuHasFma() ? DotWithFma : DotOnAnyCpu;
  call.parallel.ForEach(call.output.dims[0] * oc, [&](int64_t i, int /*worker*/) {
    const float* const x = call.inputs[0].As<const float>() + i / oc * k;
    const float* const w = call.inputs[1].As<const float>() + i % oc * k;
    const float bias = call.inputs[2].As<const float>()[i % oc];
    call.output.As<float>()[i] = Activate(dot(x, w, k, bias), call.node->activation);
  });
}

void LinearU8(const Call& call) {
  const Tensor& y = call.output;
  const int64_t k = call.inputs[1].dims[1];
  const int64_t oc = call.inputs[1].dims[0];
  const int32_t zero = call.inputs[0].zero_point();
  const OutputRange range = RangeOf(call.node->activation, y.scale(), y.zero_point());
  call.parallel.ForEach(y.dims[0] * oc, [&](int64_t i, int /*worker*/) {
    const int64_t o = i % oc;
    const uint8_t* const x = call.inputs[0].As<const uint8_t>() + i / oc * k;
    const int8_t* const w = call.inputs[1].As<const int8_t>() + o * k;
    int32_t acc = call.inputs[2].As<const int32_t>()[o];
    for (int64_t j = 0; j < k; ++j) acc += (x[j] - zero) * w[j];
    const float m = ConvMultiplier(call.inputs[0].scale(), call.inputs[1].scale(o), y.scale());
    y.As<uint8_t>()[i] = Emit(static_cast<float>(acc) * m, range);
  });
}

}  // namespace

void Operators::Conv(const Call& call) { IsFloat(call) ? ConvF32(call) : ConvU8(call); }

void Operators::Linear(const Call& call) { IsFloat(call) ? LinearF32(call) : LinearU8(call); }

}  // namespace quantbench::plugin
