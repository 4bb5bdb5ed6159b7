// SPDX-License-Identifier: Apache-2.0
// Functions that are compiled a second time for CPUs with AVX2, where that changes no result.
#pragma once

// In front of a function whose loops compilers see vectors in. Sanitizers' runtimes start after the
// choice is made.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define QUANTBENCH_ALSO_FOR_AVX2 __attribute__((target_clones("avx2", "default")))
#else
#define QUANTBENCH_ALSO_FOR_AVX2
#endif
