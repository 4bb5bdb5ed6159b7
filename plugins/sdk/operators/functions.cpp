// SPDX-License-Identifier: Apache-2.0
// Functions of one element, products, softmax, and data moved around.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate, reference::IsFloat, reference::SumOf, reference::WithTypeOf;

namespace {

// Bytes of one channel of one image.
int64_t PlaneBytes(const Tensor& tensor) {
  return tensor.dims[2] * tensor.dims[3] * DtypeBytes(tensor.info->dtype);
}

// Calls body(i, j) for each element i of the output and the element j of b that belongs to it.
template <class Body>
void ForEachPair(const Call& call, const Body& body) {
  const Tensor& a = call.inputs[0];
  const int64_t per_factor = a.count() / call.inputs[1].count();  // 1, or the pixels of a channel
  for (int64_t i = 0; i < a.count(); ++i) body(i, i / per_factor);
}

template <class Fma>
[[gnu::always_inline]] inline void Sigmoids(qb_op op, const float* x, int64_t count, float* y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = op == QB_SILU ? SiluF32<Fma>(x[i]) : SigmoidF32<Fma>(x[i]);
}

void SigmoidsOnAnyCpu(qb_op op, const float* x, int64_t count, float* y) {
  Sigmoids<AnyFma>(op, x, count, y);
}

#ifdef QUANTBENCH_WITH_FMA
QUANTBENCH_WITH_FMA void SigmoidsWithFma(qb_op op, const float* x, int64_t count, float* y) {
  Sigmoids<HardFma>(op, x, count, y);
}
#else
constexpr auto SigmoidsWithFma = SigmoidsOnAnyCpu;
#endif

void UnaryF32(const Call& call) {
  const float* const x = call.inputs[0].As<const float>();
  if (call.node->op == QB_SIGMOID || call.node->op == QB_SILU) {
    const auto all = CpuHasFma() ? SigmoidsWithFma : SigmoidsOnAnyCpu;
    return all(call.node->op, x, call.output.count(), call.output.As<float>());
  }
  for (int64_t i = 0; i < call.output.count(); ++i)
    call.output.As<float>()[i] = UnaryFunction(call.node->op, call.node->parameters, x[i]);
}

template <class T>
void UnaryIntegers(const Call& call) {
  const T* const x = call.inputs[0].As<const T>();
  const T* const table = call.inputs[1].As<const T>();
  for (int64_t i = 0; i < call.output.count(); ++i) call.output.As<T>()[i] = table[x[i]];
}

// Calls body(i, channel) for each element of the output.
template <class Body>
void ForEachOfChannel(const Call& call, const Body& body) {
  const int64_t channels = call.output.dims[1];
  const int64_t plane = call.output.dims[2] * call.output.dims[3];
  for (int64_t i = 0; i < call.output.count(); ++i) body(i, i / plane % channels);
}

float ExpOf(float x) { return static_cast<float>(same::Exp(static_cast<double>(x))); }

void PReluF32(const Call& call) {
  const float* const x = call.inputs[0].As<const float>();
  const float* const slopes = call.inputs[1].As<const float>();
  ForEachOfChannel(call, [&](int64_t i, int64_t channel) {
    const float parameters[2] = {slopes[channel], 0.0f};
    call.output.As<float>()[i] = UnaryFunction(QB_LEAKY_RELU, parameters, x[i]);
  });
}

template <class T>
void PReluIntegers(const Call& call) {
  constexpr int64_t kEntries = int64_t{std::numeric_limits<T>::max()} + 1;
  const T* const x = call.inputs[0].As<const T>();
  const T* const tables = call.inputs[1].As<const T>();
  ForEachOfChannel(call, [&](int64_t i, int64_t channel) {
    call.output.As<T>()[i] = tables[channel * kEntries + x[i]];
  });
}

// Calls body(first, last, channel) for the elements of each plane of the output.
template <class Body>
void ForEachChannelPlane(const Call& call, const Body& body) {
  const int64_t channels = call.output.dims[1];
  const int64_t pixels = call.output.dims[2] * call.output.dims[3];
  call.parallel.ForEach(call.output.dims[0] * channels, [&](int64_t plane, int /*worker*/) {
    body(plane * pixels, (plane + 1) * pixels, plane % channels);
  });
}

void CapF32(const Call& call) {
  const float* const x = call.inputs[0].As<const float>();
  ForEachChannelPlane(call, [&](int64_t first, int64_t last, int64_t channel) {
    const float cap = call.inputs[1].As<const float>()[channel];
    for (int64_t i = first; i < last; ++i) call.output.As<float>()[i] = std::min(x[i], cap);
  });
}

template <class T>
void CapIntegers(const Call& call) {
  const Tensor& x = call.inputs[0];
  const Tensor& y = call.output;
  const float m = RescaleMultiplier(x.scale(), y.scale());
  const OutputRange range = RangeOf(QB_NONE, *y.info);
  ForEachChannelPlane(call, [&](int64_t first, int64_t last, int64_t channel) {
    const T cap = call.inputs[1].As<const T>()[channel];
    for (int64_t i = first; i < last; ++i) {
      const int32_t centred = x.As<const T>()[i] - x.zero_point();
      y.As<T>()[i] = std::min(Emit<T>(static_cast<float>(centred) * m, range), cap);
    }
  });
}

void MulF32(const Call& call) {
  const float* const a = call.inputs[0].As<const float>();
  const float* const b = call.inputs[1].As<const float>();
  ForEachPair(call, [&](int64_t i, int64_t j) {
    call.output.As<float>()[i] = Activate(a[i] * b[j], call.node->activation);
  });
}

template <class T>
void MulIntegers(const Call& call) {
  const Tensor& a = call.inputs[0];
  const Tensor& b = call.inputs[1];
  const Tensor& y = call.output;
  const float m = ProductMultiplier(a.scale(), b.scale(), y.scale());
  const OutputRange range = reference::RangeOf(call);
  ForEachPair(call, [&](int64_t i, int64_t j) {
    const SumOf<T> factor = a.As<T>()[i] - a.zero_point();
    const SumOf<T> product = factor * (b.As<T>()[j] - b.zero_point());
    y.As<T>()[i] = Emit<T>(static_cast<float>(product) * m, range);
  });
}

// The integers, or floats, of a block of `bytes` whose value is 0.
void FillWithZero(const Tensor& tensor, std::byte* to, int64_t bytes) {
  if (tensor.info->dtype == QB_F32) {
    std::memset(to, 0, static_cast<size_t>(bytes));
    return;
  }
  WithTypeOf(tensor, [&]<class T>(T) {
    std::fill_n(reinterpret_cast<T*>(to), bytes / int64_t{sizeof(T)},
                static_cast<T>(tensor.zero_point()));
  });
}

}  // namespace

void reference::Cap(const Call& call) {
  if (IsFloat(call)) return CapF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { CapIntegers<T>(call); });
}

void Operators::Unary(const Call& call) {
  if (IsFloat(call)) return UnaryF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { UnaryIntegers<T>(call); });
}

void Operators::PRelu(const Call& call) {
  if (IsFloat(call)) return PReluF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { PReluIntegers<T>(call); });
}

void Operators::Mul(const Call& call) {
  if (IsFloat(call)) return MulF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { MulIntegers<T>(call); });
}

void Operators::ChannelShuffle(const Call& call) {
  const int64_t channels = call.output.dims[1];
  const int64_t groups = call.node->groups, in_group = channels / groups;
  const int64_t bytes = PlaneBytes(call.output);
  for (int64_t n = 0; n < call.output.dims[0]; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t from = n * channels + c % groups * in_group + c / groups;
      std::memcpy(call.output.As<std::byte>() + (n * channels + c) * bytes,
                  call.inputs[0].As<const std::byte>() + from * bytes, static_cast<size_t>(bytes));
    }
  }
}

void Operators::Slice(const Call& call) {
  const int64_t image = call.output.dims[1] * PlaneBytes(call.output);
  for (int64_t n = 0; n < call.output.dims[0]; ++n) {
    const int64_t from = n * call.inputs[0].dims[1] + call.node->begin;
    std::memcpy(call.output.As<std::byte>() + n * image,
                call.inputs[0].As<const std::byte>() + from * PlaneBytes(call.output),
                static_cast<size_t>(image));
  }
}

// Blocks from anywhere, or of zeros.
void Operators::Gather(const Call& call) {
  const Tensor& indices = call.inputs[1];
  const int64_t blocks = indices.dims[0], images = call.output.dims[0];
  const int64_t size = call.output.count() / images / blocks * DtypeBytes(call.output.info->dtype);
  const int64_t image = call.inputs[0].count() / images * DtypeBytes(call.output.info->dtype);
  for (int64_t n = 0; n < images; ++n) {
    for (int64_t i = 0; i < blocks; ++i) {
      std::byte* const to = call.output.As<std::byte>() + (n * blocks + i) * size;
      const int64_t from = indices.As<const int32_t>()[i];
      if (from < 0) {
        FillWithZero(call.output, to, size);
      } else {
        std::memcpy(to, call.inputs[0].As<const std::byte>() + n * image + from * size,
                    static_cast<size_t>(size));
      }
    }
  }
}

// exp(x - max) / sum of these, so that no exponential overflows.
void Operators::Softmax(const Call& call) {
  const int64_t k = call.output.dims[1];
  for (int64_t n = 0; n < call.output.dims[0]; ++n) {
    const float* const x = call.inputs[0].As<const float>() + n * k;
    float* const y = call.output.As<float>() + n * k;
    const float largest = *std::max_element(x, x + k);
    float sum = 0.0f;
    for (int64_t i = 0; i < k; ++i) sum += y[i] = ExpOf(x[i] - largest);
    for (int64_t i = 0; i < k; ++i) y[i] /= sum;
  }
}

// x - max - log(sum): the logarithm of the above, without a quotient that becomes 0.
void Operators::LogSoftmax(const Call& call) {
  const int64_t k = call.output.dims[1];
  for (int64_t n = 0; n < call.output.dims[0]; ++n) {
    const float* const x = call.inputs[0].As<const float>() + n * k;
    const float largest = *std::max_element(x, x + k);
    float sum = 0.0f;
    for (int64_t i = 0; i < k; ++i) sum += ExpOf(x[i] - largest);
    const float shift = largest + static_cast<float>(same::Log(static_cast<double>(sum)));
    for (int64_t i = 0; i < k; ++i) call.output.As<float>()[n * k + i] = x[i] - shift;
  }
}

}  // namespace quantbench::plugin
