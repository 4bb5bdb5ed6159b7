// SPDX-License-Identifier: Apache-2.0
// Convolution and linear layers of float and of statically quantised tensors.
#include "conv_loops.h"
#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate, reference::ForEachPlane, reference::Geometry, reference::IsFloat,
    reference::WithTypeOf;

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
                                    [&](int64_t plane, int64_t, std::span<const float> acc) {
                                      float* const y = call.output.As<float>() +
                                                       plane * static_cast<int64_t>(acc.size());
                                      for (size_t i = 0; i < acc.size(); ++i)
                                        y[i] = Activate(acc[i], call.node->activation);
                                    });
}

template <class T>
void ConvIntegers(const Call& call) {
  const Tensor& y = call.output;
  const OutputRange range = reference::RangeOf(call);
  const int32_t zero = call.inputs[0].zero_point();
  const auto finish = [&](int64_t plane, int64_t o, const auto& acc) {
    const float m = ConvMultiplier(call.inputs[0].scale(), call.inputs[1].scale(o), y.scale());
    T* const out = y.As<T>() + plane * static_cast<int64_t>(acc.size());
    for (size_t i = 0; i < acc.size(); ++i) out[i] = Emit<T>(static_cast<float>(acc[i]) * m, range);
  };
  if constexpr (std::is_same_v<T, uint8_t>) {
    reference::ForEachPlaneOfBytes(call, static_cast<int16_t>(zero), finish);
  } else {
    reference::ForEachPlaneOf16Bits(call, zero, finish);
  }
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

template <class T>
void LinearIntegers(const Call& call) {
  const Tensor& y = call.output;
  const int64_t k = call.inputs[1].dims[1];
  const int64_t oc = call.inputs[1].dims[0];
  const int32_t zero = call.inputs[0].zero_point();
  const OutputRange range = reference::RangeOf(call);
  call.parallel.ForEach(y.dims[0] * oc, [&](int64_t i, int /*worker*/) {
    const int64_t o = i % oc;
    const T* const x = call.inputs[0].As<const T>() + i / oc * k;
    const int8_t* const w = call.inputs[1].As<const int8_t>() + o * k;
    reference::SumOf<T> acc = call.inputs[2].As<const int32_t>()[o];
    for (int64_t j = 0; j < k; ++j) acc += (x[j] - zero) * w[j];
    const float m = ConvMultiplier(call.inputs[0].scale(), call.inputs[1].scale(o), y.scale());
    y.As<T>()[i] = Emit<T>(static_cast<float>(acc) * m, range);
  });
}

}  // namespace

void Operators::Conv(const Call& call) {
  if (IsFloat(call)) return ConvF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { ConvIntegers<T>(call); });
}

void Operators::Linear(const Call& call) {
  if (IsFloat(call)) return LinearF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { LinearIntegers<T>(call); });
}

}  // namespace quantbench::plugin
