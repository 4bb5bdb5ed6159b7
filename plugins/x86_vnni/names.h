// SPDX-License-Identifier: Apache-2.0
// What the x86 backend is called; shared with the table that stands in for it on other
// architectures.
#pragma once

namespace quantbench::names {

constexpr const char* kPlugin = "x86_vnni";
constexpr const char* kDescription =
    "x86 kernels for AVX-512 VNNI, AVX-VNNI and AVX2, fused over NHWC layouts";
constexpr const char* kArchitecture = "x86-64";
constexpr const char* kIsas[] = {"avx512_vnni", "avx_vnni", "avx2", "portable", nullptr};

}  // namespace quantbench::names
