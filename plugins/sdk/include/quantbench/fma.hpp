// SPDX-License-Identifier: Apache-2.0
// The fused multiply-add of arithmetic.md, with the same bits whether the CPU has it or not; and
// the exponential that is made of it.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace quantbench::plugin {

// a * b + c, rounded once, without the instruction. The product is exact in float64. Its sum with c
// is rounded to odd (the last bit set where the sum isn't exact), so that rounding it once more, to
// float32, gives what rounding the exact sum would give.
//
// Source: S. Boldo, G. Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms
// using rounding to odd", IEEE Transactions on Computers 57 (2008); the error of a sum is Knuth's
// TwoSum.
struct SoftFma {
  static float Of(float a, float b, float c) {
    const double product = static_cast<double>(a) * static_cast<double>(b);
    const double addend = static_cast<double>(c);
    const double sum = product + addend;
    const double from_product = sum - addend;
    const double error = (product - from_product) + (addend - (sum - from_product));
    const bool inexact = error < 0 || error > 0;  // and no NaN, which infinities give
    // Where the last bit is 0, the neighbour on the error's side has it set.
    const auto bits = std::bit_cast<int64_t>(sum);
    const int64_t step = (error > 0) == (sum > 0) ? 1 : -1;
    const int64_t odd = inexact && (bits & 1) == 0 ? bits + step : bits;
    return static_cast<float>(std::bit_cast<double>(odd));
  }
};

// By the instruction, inlined into code that is compiled for a CPU which has it.
struct HardFma {
  [[gnu::always_inline]] static float Of(float a, float b, float c) {
    return __builtin_fmaf(a, b, c);
  }
};

// Where code is built for any CPU of an architecture.
#ifdef __aarch64__
using AnyFma = HardFma;
#else
using AnyFma = SoftFma;
#endif

// On functions that use HardFma, in code that is built for CPUs without it; to be called where
// CpuHasFma().
#if defined(__x86_64__)
#define QUANTBENCH_WITH_FMA [[gnu::target("avx2,fma")]]
inline bool CpuHasFma() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#else
inline bool CpuHasFma() { return false; }
#endif

// e^x as 2^n * e^r, |r| <= ln(2) / 2, by a polynomial of degree 5 that is off by less than 2e-7 of
// the result (coefficients: Cephes, expf). x is cut to where e^x and its reciprocal are normal; NaN
// is taken for -87.
template <class Fma = AnyFma>
[[gnu::always_inline]] inline float ExpF32(float x) {
  x = x > -87.0f ? x : -87.0f;
  x = x < 87.0f ? x : 87.0f;
  const auto n = static_cast<int32_t>(std::lrintf(x * 1.44269504088896341f));
  const auto whole = static_cast<float>(n);
  float r = Fma::Of(whole, -0.693359375f, x);
  r = Fma::Of(whole, 2.12194440e-4f, r);
  float sum = 1.9875691500e-4f;
  sum = Fma::Of(sum, r, 1.3981999507e-3f);
  sum = Fma::Of(sum, r, 8.3334519073e-3f);
  sum = Fma::Of(sum, r, 4.1665795894e-2f);
  sum = Fma::Of(sum, r, 1.6666665459e-1f);
  sum = Fma::Of(sum, r, 5.0000001201e-1f);
  sum = Fma::Of(sum, r * r, r + 1.0f);
  return sum * std::bit_cast<float>(static_cast<uint32_t>(n + 127) << 23);
}

// 1 / (1 + e^-x)
template <class Fma = AnyFma>
[[gnu::always_inline]] inline float SigmoidF32(float x) {
  return x == x ? 1.0f / (ExpF32<Fma>(-x) + 1.0f) : x;
}

// x / (1 + e^-x)
template <class Fma = AnyFma>
[[gnu::always_inline]] inline float SiluF32(float x) {
  return x / (ExpF32<Fma>(-x) + 1.0f);
}

}  // namespace quantbench::plugin
