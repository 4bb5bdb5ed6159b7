// SPDX-License-Identifier: Apache-2.0
// What the ARM backend is called; shared with the table that stands in for it on other
// architectures.
#pragma once

namespace quantbench::names {

constexpr const char* kPlugin = "arm_neon";
constexpr const char* kDescription =
    "ARM kernels for i8mm, dotprod and plain NEON, fused over NHWC layouts";
constexpr const char* kArchitecture = "aarch64";
constexpr const char* kIsas[] = {"i8mm", "dotprod", "neon", "portable", nullptr};

}  // namespace quantbench::names
