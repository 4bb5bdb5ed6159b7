// SPDX-License-Identifier: Apache-2.0
// The kernels in plain C++.
#pragma once

#include "kernels.h"

namespace quantbench::engine {

extern const Kernels kPortableKernels;

}  // namespace quantbench::engine
