// SPDX-License-Identifier: Apache-2.0
// Asks CPUID and XGETBV; built without ISA flags, so that it runs on any x86.
#include "isas.h"

#include <cpuid.h>

namespace quantbench::isas {
namespace {

struct Leaf {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Leaf CpuId(unsigned leaf, unsigned subleaf) {
  Leaf r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

// Register sets that the operating system saves (XCR0). Only to be asked where CPUID says that
// XGETBV exists.
uint64_t SavedRegisters() {
  uint32_t low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

constexpr uint64_t kYmmState = 0x6;   // SSE and AVX
constexpr uint64_t kZmmState = 0xe6;  // and the mask and upper registers of AVX-512

}  // namespace

uint32_t Plugin::CpuFeatures() {
  const Leaf one = CpuId(1, 0);
  constexpr unsigned kOsXsave = 1u << 27;
  if ((one.ecx & kOsXsave) == 0) return 0;
  const uint64_t saved = SavedRegisters();
  if ((saved & kYmmState) != kYmmState) return 0;
  const Leaf seven = CpuId(7, 0);
  const Leaf seven_one = CpuId(7, 1);
  uint32_t features = 0;
  const auto add = [&](unsigned bits, int bit, Feature feature) {
    if ((bits >> bit & 1) != 0) features |= feature;
  };
  add(one.ecx, 12, kFma);
  add(seven.ebx, 5, kAvx2);
  add(seven_one.eax, 4, kAvxVnni);
  if ((saved & kZmmState) != kZmmState) return features;
  add(seven.ebx, 16, kAvx512F);
  add(seven.ebx, 17, kAvx512Dq);
  add(seven.ebx, 30, kAvx512Bw);
  add(seven.ebx, 31, kAvx512Vl);
  add(seven.ecx, 11, kAvx512Vnni);
  return features;
}

}  // namespace quantbench::isas
