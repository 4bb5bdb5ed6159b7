// SPDX-License-Identifier: Apache-2.0
// Operators that look at one position at a time: add, activation, concat, flatten, quantize,
// dequantize.
#include <cstring>

#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate, reference::IsFloat, reference::RangeOf, reference::WithTypeOf;

namespace {

// Calls copy(input, from, to, count) for each image and input: where its channels start in the
// input and in the output.
template <class Copy>
void ForEachPart(const Call& call, const Copy& copy) {
  const int64_t plane = call.output.dims[2] * call.output.dims[3];
  for (int64_t n = 0; n < call.output.dims[0]; ++n) {
    int64_t to = n * call.output.dims[1] * plane;
    for (const Tensor& input : call.inputs) {
      const int64_t count = input.dims[1] * plane;
      copy(input, n * count, to, count);
      to += count;
    }
  }
}

void AddF32(const Call& call) {
  const float* const a = call.inputs[0].As<const float>();
  const float* const b = call.inputs[1].As<const float>();
  float* const y = call.output.As<float>();
  for (int64_t i = 0; i < call.output.count(); ++i)
    y[i] = Activate(a[i] + b[i], call.node->activation);
}

template <class T>
void AddIntegers(const Call& call) {
  const Tensor& a = call.inputs[0];
  const Tensor& b = call.inputs[1];
  const float m_a = RescaleMultiplier(a.scale(), call.output.scale());
  const float m_b = RescaleMultiplier(b.scale(), call.output.scale());
  const OutputRange range = RangeOf(call);
  for (int64_t i = 0; i < call.output.count(); ++i) {
    const float scaled_a = static_cast<float>(a.As<T>()[i] - a.zero_point()) * m_a;
    const float scaled_b = static_cast<float>(b.As<T>()[i] - b.zero_point()) * m_b;
    call.output.As<T>()[i] = Emit<T>(scaled_a + scaled_b, range);
  }
}

void ActivationF32(const Call& call) {
  const float* const x = call.inputs[0].As<const float>();
  for (int64_t i = 0; i < call.output.count(); ++i) {
    call.output.As<float>()[i] = Activate(x[i], call.node->activation);
  }
}

void ConcatF32(const Call& call) {
  ForEachPart(call, [&](const Tensor& input, int64_t from, int64_t to, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      call.output.As<float>()[to + i] =
          Activate(input.As<const float>()[from + i], call.node->activation);
    }
  });
}

// From X to Y: the two differ where an activation by itself stands between eight and 16 bits.
template <class X, class Y>
void ConcatIntegers(const Call& call) {
  const OutputRange range = RangeOf(call);
  ForEachPart(call, [&](const Tensor& input, int64_t from, int64_t to, int64_t count) {
    const float m = RescaleMultiplier(input.scale(), call.output.scale());
    for (int64_t i = 0; i < count; ++i) {
      const int32_t centred = input.As<const X>()[from + i] - input.zero_point();
      call.output.As<Y>()[to + i] = Emit<Y>(static_cast<float>(centred) * m, range);
    }
  });
}

void Rescale(const Call& call) {
  WithTypeOf(call.inputs[0], [&]<class X>(X) {
    WithTypeOf(call.output, [&]<class Y>(Y) { ConcatIntegers<X, Y>(call); });
  });
}

template <class T>
void QuantizeTo(const Call& call) {
  const OutputRange range = RangeOf(call);
  const float scale = call.output.scale();
  const float* const x = call.inputs[0].As<const float>();
  for (int64_t i = 0; i < call.output.count(); ++i)
    call.output.As<T>()[i] = Emit<T>(x[i] / scale, range);
}

template <class T>
void DequantizeFrom(const Call& call) {
  const Tensor& x = call.inputs[0];
  for (int64_t i = 0; i < x.count(); ++i)
    call.output.As<float>()[i] = static_cast<float>(x.As<T>()[i] - x.zero_point()) * x.scale();
}

}  // namespace

void Operators::Add(const Call& call) {
  if (IsFloat(call)) return AddF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { AddIntegers<T>(call); });
}

void Operators::Activation(const Call& call) {
  IsFloat(call) ? ActivationF32(call) : Rescale(call);
}

void Operators::Concat(const Call& call) { IsFloat(call) ? ConcatF32(call) : Rescale(call); }

void Operators::Flatten(const Call& call) {
  const int64_t bytes = call.output.count() * DtypeBytes(call.output.info->dtype);
  std::memcpy(call.output.data, call.inputs[0].data, static_cast<size_t>(bytes));
}

void Operators::Reshape(const Call& call) { Operators::Flatten(call); }  // a copy as well

void Operators::Quantize(const Call& call) {
  WithTypeOf(call.output, [&]<class T>(T) { QuantizeTo<T>(call); });
}

void Operators::Dequantize(const Call& call) {
  WithTypeOf(call.inputs[0], [&]<class T>(T) { DequantizeFrom<T>(call); });
}

}  // namespace quantbench::plugin
