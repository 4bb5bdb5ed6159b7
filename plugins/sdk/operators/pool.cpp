// SPDX-License-Identifier: Apache-2.0
// Global average, average and maximum pooling.
#include <limits>

#include "naive.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::plugin {

using reference::Activate, reference::IsFloat, reference::RangeOf, reference::SumOf,
    reference::WithTypeOf;

namespace {

// Calls body(plane, out, first output index) for each channel of each image.
template <class T, class Body>
void ForEachPlane(const Call& call, const Body& body) {
  const Tensor& x = call.inputs[0];
  const int64_t in_plane = x.dims[2] * x.dims[3];
  const int64_t out_plane = call.output.dims[2] * call.output.dims[3];
  call.parallel.ForEach(x.dims[0] * x.dims[1], [&](int64_t p, int /*worker*/) {
    body(x.As<const T>() + p * in_plane, call.output.As<T>() + p * out_plane);
  });
}

// Calls finish(output index, fold of the values inside the image, how many they are) for each
// output position of a plane.
template <class Acc, class T, class Combine, class Finish>
void ForEachWindow(const Call& call, const T* plane, Acc start, const Combine& combine,
                   const Finish& finish) {
  const qb_node& node = *call.node;
  const int64_t h = call.inputs[0].dims[2], w = call.inputs[0].dims[3];
  const int64_t oh = call.output.dims[2], ow = call.output.dims[3];
  for (int64_t oy = 0; oy < oh; ++oy) {
    for (int64_t ox = 0; ox < ow; ++ox) {
      Acc acc = start;
      int64_t inside = 0;
      for (int64_t ky = 0; ky < node.kernel[0]; ++ky) {
        for (int64_t kx = 0; kx < node.kernel[1]; ++kx) {
          const int64_t y = oy * node.stride[0] - node.padding[0] + ky * node.dilation[0];
          const int64_t x = ox * node.stride[1] - node.padding[1] + kx * node.dilation[1];
          if (y < 0 || y >= h || x < 0 || x >= w) continue;
          acc = combine(acc, plane[y * w + x]);
          ++inside;
        }
      }
      finish(oy * ow + ox, acc, inside);
    }
  }
}

int64_t Divisor(const qb_node& node, int64_t inside) {
  if (node.count_include_pad != 0) return int64_t{node.kernel[0]} * node.kernel[1];
  return inside > 0 ? inside : 1;
}

void GlobalAveragePoolF32(const Call& call) {
  const int64_t count = call.inputs[0].dims[2] * call.inputs[0].dims[3];
  ForEachPlane<float>(call, [&](const float* plane, float* out) {
    float sum = 0.0f;
    for (int64_t i = 0; i < count; ++i) sum += plane[i];
    *out = Activate(sum / static_cast<float>(count), call.node->activation);
  });
}

template <class T>
void GlobalAveragePoolIntegers(const Call& call) {
  const Tensor& x = call.inputs[0];
  const int64_t count = x.dims[2] * x.dims[3];
  const float m = PoolMultiplier(x.scale(), call.output.scale(), count);
  const OutputRange range = RangeOf(call);
  ForEachPlane<T>(call, [&](const T* plane, T* out) {
    SumOf<T> sum = 0;
    for (int64_t i = 0; i < count; ++i) sum += plane[i] - x.zero_point();
    *out = Emit<T>(static_cast<float>(sum) * m, range);
  });
}

void AveragePoolF32(const Call& call) {
  const auto add = [](float acc, float value) { return acc + value; };
  ForEachPlane<float>(call, [&](const float* plane, float* out) {
    ForEachWindow(call, plane, 0.0f, add, [&](int64_t i, float sum, int64_t inside) {
      out[i] =
          Activate(sum / static_cast<float>(Divisor(*call.node, inside)), call.node->activation);
    });
  });
}

template <class T>
void AveragePoolIntegers(const Call& call) {
  const Tensor& x = call.inputs[0];
  const OutputRange range = RangeOf(call);
  const auto add = [&](SumOf<T> acc, T value) { return acc + value - x.zero_point(); };
  ForEachPlane<T>(call, [&](const T* plane, T* out) {
    ForEachWindow(call, plane, SumOf<T>{0}, add, [&](int64_t i, SumOf<T> sum, int64_t inside) {
      const float m = PoolMultiplier(x.scale(), call.output.scale(), Divisor(*call.node, inside));
      out[i] = Emit<T>(static_cast<float>(sum) * m, range);
    });
  });
}

void MaxPoolF32(const Call& call) {
  const auto larger = [](float acc, float value) { return value > acc ? value : acc; };
  ForEachPlane<float>(call, [&](const float* plane, float* out) {
    ForEachWindow(
        call, plane, std::numeric_limits<float>::lowest(), larger,
        [&](int64_t i, float best, int64_t) { out[i] = Activate(best, call.node->activation); });
  });
}

template <class T>
void MaxPoolIntegers(const Call& call) {
  const OutputRange range = RangeOf(call);
  const auto larger = [](int32_t acc, T value) { return std::max<int32_t>(acc, value); };
  ForEachPlane<T>(call, [&](const T* plane, T* out) {
    ForEachWindow(call, plane, int32_t{0}, larger, [&](int64_t i, int32_t best, int64_t) {
      out[i] = static_cast<T>(std::clamp(best, range.lo, range.hi));
    });
  });
}

}  // namespace

void Operators::GlobalAveragePool(const Call& call) {
  if (IsFloat(call)) return GlobalAveragePoolF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { GlobalAveragePoolIntegers<T>(call); });
}

void Operators::AveragePool(const Call& call) {
  if (IsFloat(call)) return AveragePoolF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { AveragePoolIntegers<T>(call); });
}

void Operators::MaxPool(const Call& call) {
  if (IsFloat(call)) return MaxPoolF32(call);
  WithTypeOf(call.output, [&]<class T>(T) { MaxPoolIntegers<T>(call); });
}

}  // namespace quantbench::plugin
