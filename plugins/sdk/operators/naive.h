// SPDX-License-Identifier: Apache-2.0
// What the naive operators share. They are the oracle for every other backend; arithmetic.md gives
// the formulas, and the host has inferred shapes, which are trusted here.
//
// A new operator is its function in one of these files, over float tensors and over quantised ones
// (u8 activations, i8 weights, i32 bias), and a row in table.cpp.
#pragma once

#include "quantbench/plugin.hpp"

namespace quantbench::plugin::reference {

inline bool IsFloat(const Call& call) { return call.output.info->dtype == QB_F32; }

// relu and relu6 on floats.
inline float Activate(float x, qb_activation activation) {
  if (activation == QB_NONE) return x;
  const float positive = x > 0.0f ? x : 0.0f;
  return activation == QB_RELU6 && positive > 6.0f ? 6.0f : positive;
}

void Cap(const Call& call);

}  // namespace quantbench::plugin::reference
