// SPDX-License-Identifier: Apache-2.0
// The kernels for AVX-512 with VNNI, 512 bits wide.
//
// Built with ISA flags: intrinsics and plain arrays only, everything in an anonymous namespace.
#include <immintrin.h>

#include "isa_kernels.h"

namespace quantbench::engine {
namespace {

#include "policy_512.h"

// The kernels come after the policy.
#include "../engine/kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "../engine/kernels/table.h"

}  // namespace

const Kernels kAvx512VnniKernels = TableOf<Avx512>(&kAvx512VlVnniKernels);

}  // namespace quantbench::engine
