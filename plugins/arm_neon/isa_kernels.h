// SPDX-License-Identifier: Apache-2.0
// The kernel tables of each instruction set.
#pragma once

#include "../engine/kernels.h"

namespace quantbench::engine {

extern const Kernels kI8mmKernels;     // ARMv8.2-A with i8mm
extern const Kernels kDotProdKernels;  // ARMv8.2-A with dotprod
extern const Kernels kNeonKernels;     // ARMv8.0-A

}  // namespace quantbench::engine
