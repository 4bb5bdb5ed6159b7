// SPDX-License-Identifier: Apache-2.0
// The naive operators: the oracle for every other backend. arithmetic.md gives the formulas.
//
// F32 functions read and write float tensors, U8 functions quantised ones (u8 activations, i8
// weights, i32 bias). Shapes were inferred by the host and are trusted here.
#pragma once

#include "quantbench/plugin.hpp"

namespace quantbench::plugin::reference {

void ConvF32(const Call& call);
void ConvU8(const Call& call);
void LinearF32(const Call& call);
void LinearU8(const Call& call);
void AddF32(const Call& call);
void AddU8(const Call& call);
void GlobalAveragePoolF32(const Call& call);
void GlobalAveragePoolU8(const Call& call);
void AveragePoolF32(const Call& call);
void AveragePoolU8(const Call& call);
void MaxPoolF32(const Call& call);
void MaxPoolU8(const Call& call);
void ConcatF32(const Call& call);
void ConcatU8(const Call& call);
void ActivationF32(const Call& call);
void ActivationU8(const Call& call);
void Flatten(const Call& call);
void Quantize(const Call& call);
void Dequantize(const Call& call);
void DynamicConv(const Call& call);
void DynamicLinear(const Call& call);
void UnaryF32(const Call& call);
void UnaryU8(const Call& call);
void MulF32(const Call& call);
void MulU8(const Call& call);
void ChannelShuffle(const Call& call);  // of any dtype, like the next one
void Slice(const Call& call);
void Softmax(const Call& call);  // float

// relu and relu6 on floats.
inline float Activate(float x, qb_activation activation) {
  if (activation == QB_NONE) return x;
  const float positive = x > 0.0f ? x : 0.0f;
  return activation == QB_RELU6 && positive > 6.0f ? 6.0f : positive;
}

}  // namespace quantbench::plugin::reference
