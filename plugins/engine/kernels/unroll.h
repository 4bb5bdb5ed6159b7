// SPDX-License-Identifier: Apache-2.0
// Loops that are unrolled while the compiler still keeps arrays of vectors in registers.
//
// Included inside the anonymous namespace of a file built with ISA flags, before its policy.
#pragma once

#define QB_INLINE inline __attribute__((always_inline))
#define QB_LAMBDA __attribute__((always_inline))

template <int kValue>
struct Index {
  // A number for all that takes one. NOLINTNEXTLINE(google-explicit-constructor)
  constexpr operator int() const { return kValue; }
};

// Calls body(Index<0>{}), ... body(Index<kCount - 1>{}). A loop over an array of vectors would be
// unrolled too late by GCC to keep the array in registers.
template <int kCount, class Body, int kFirst = 0>
QB_INLINE void Repeat(const Body& body) {
  if constexpr (kFirst < kCount) {
    body(Index<kFirst>{});
    Repeat<kCount, Body, kFirst + 1>(body);
  }
}
