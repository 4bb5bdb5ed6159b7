// SPDX-License-Identifier: Apache-2.0
// Tensors as a pickle describes them.
#pragma once

#include "model/checkpoint/pickle.h"
#include "model/checkpoint/tensor_storage.h"

namespace quantbench {

// Whether the object is a call that would make a tensor, of whatever kind.
bool IsTensor(const pickle::Object& object);

// The tensor, without its values. Throws Error where it isn't one of plain numbers.
TensorView ParseTensor(const pickle::Document& document, pickle::Ref ref);

}  // namespace quantbench
