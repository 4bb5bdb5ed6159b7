// SPDX-License-Identifier: Apache-2.0
// Twelve independent chains of one instruction: enough to hide its latency.
#include "peak.h"

#include <algorithm>
#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace quantbench::benchmarks {
namespace {

#if defined(__x86_64__)
constexpr int kRounds = 4000;

// Each function does kRounds * 12 instructions and returns the multiply-adds of one of them. `next`
// is a macro, the step of one chain; the empty assembly keeps the compiler from folding rounds
// together.
#define QB_PEAK_LOOP(vector, start, next)                                                     \
  vector c0 = start, c1 = start, c2 = start, c3 = start, c4 = start, c5 = start, c6 = start,  \
         c7 = start, c8 = start, c9 = start, c10 = start, c11 = start;                        \
  for (int i = 0; i < kRounds; ++i) {                                                         \
    c0 = next(c0), c1 = next(c1), c2 = next(c2), c3 = next(c3), c4 = next(c4), c5 = next(c5); \
    c6 = next(c6), c7 = next(c7), c8 = next(c8), c9 = next(c9), c10 = next(c10);              \
    c11 = next(c11);                                                                          \
    __asm__ volatile(""                                                                       \
                     : "+v"(c0), "+v"(c1), "+v"(c2), "+v"(c3), "+v"(c4), "+v"(c5), "+v"(c6),  \
                       "+v"(c7), "+v"(c8), "+v"(c9), "+v"(c10), "+v"(c11));                   \
  }

#define QB_VNNI512(x) _mm512_dpbusd_epi32(x, a, b)
#define QB_FMA512(x) _mm512_fmadd_ps(x, a, b)
#define QB_VNNI256(x) _mm256_dpbusd_avx_epi32(x, a, b)
#define QB_VNNI256_EVEX(x) _mm256_dpbusd_epi32(x, a, b)
#define QB_MADD256(x) _mm256_add_epi32(a, _mm256_madd_epi16(x, a))
#define QB_FMA256(x) _mm256_fmadd_ps(x, a, b)

__attribute__((target("avx512f,avx512vnni"))) int Vnni512() {
  const __m512i a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(5);
  QB_PEAK_LOOP(__m512i, a, QB_VNNI512)
  return 64;
}
__attribute__((target("avx512f"))) int Fma512() {
  const __m512 a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
  QB_PEAK_LOOP(__m512, a, QB_FMA512)
  return 16;
}
__attribute__((target("avx2,avxvnni"))) int Vnni256() {
  const __m256i a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(5);
  QB_PEAK_LOOP(__m256i, a, QB_VNNI256)
  return 32;
}
__attribute__((target("avx512vnni,avx512vl"))) int Vnni256Evex() {
  const __m256i a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(5);
  QB_PEAK_LOOP(__m256i, a, QB_VNNI256_EVEX)
  return 32;
}
__attribute__((target("avx2"))) int Madd256() {
  const __m256i a = _mm256_set1_epi16(3);
  QB_PEAK_LOOP(__m256i, a, QB_MADD256)
  return 16;
}
__attribute__((target("avx2,fma"))) int Fma256() {
  const __m256 a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
  QB_PEAK_LOOP(__m256, a, QB_FMA256)
  return 8;
}

using Loop = int (*)();

Loop LoopFor(const std::string& isa, bool int8) {
  if (isa == "avx512_vnni") return int8 ? Vnni512 : Fma512;
  if (isa == "avx_vnni") {
    const bool evex = __builtin_cpu_supports("avx512vnni") != 0;
    return !int8 ? Fma256 : evex ? Vnni256Evex : Vnni256;
  }
  if (isa == "avx2") return int8 ? Madd256 : Fma256;
  return nullptr;
}
#endif

}  // namespace

double PeakGmacs([[maybe_unused]] const std::string& isa, [[maybe_unused]] bool int8) {
  double best = 0;
#if defined(__x86_64__)
  const Loop loop = LoopFor(isa, int8);
  if (loop == nullptr) return 0;
  for (int run = 0; run < 300; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const double macs = 12.0 * kRounds * loop();
    const std::chrono::duration<double, std::nano> elapsed =
        std::chrono::steady_clock::now() - start;
    best = std::max(best, macs / elapsed.count());
  }
#endif
  return best;
}

}  // namespace quantbench::benchmarks
