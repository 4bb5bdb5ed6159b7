// SPDX-License-Identifier: Apache-2.0
// The kernel tables of each instruction set.
#pragma once

#include "../engine/kernels.h"

namespace quantbench::engine {

extern const Kernels kAvx512VnniKernels;    // avx512f, bw, dq, vl, vnni
extern const Kernels kAvx512VlVnniKernels;  // the same CPUs, 256 bits wide
extern const Kernels kAvxVnniKernels;       // avx2, fma, avxvnni
extern const Kernels kAvx2Kernels;          // avx2, fma
extern const Kernels kAvx2ShortKernels;     // the same, for sums of 16 bits

}  // namespace quantbench::engine
