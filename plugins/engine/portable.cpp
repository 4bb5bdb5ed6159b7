// SPDX-License-Identifier: Apache-2.0
// The kernels built from the plain C++ policy: runs anywhere, slowly.
#include "portable.h"

#include "quantbench/fma.hpp"

namespace quantbench::engine {
namespace {

// What the policy uses comes before it.
#include "kernels/lanes_u8.h"
// The policy.
#include "kernels/portable_policy.h"
// The kernels come after the policy.
#include "kernels/gemm_u8.h"
// The other kernels use its helpers.
#include "kernels/table.h"

}  // namespace

const Kernels kPortableKernels = TableOf<Portable>();

}  // namespace quantbench::engine
