// SPDX-License-Identifier: Apache-2.0
// Reads the auxiliary vector; built without ISA flags, so that it runs on any aarch64.
#include "isas.h"

#include <sys/auxv.h>

namespace quantbench::isas {
namespace {

// Bits of the kernel's ABI (its Documentation/arm64/elf_hwcaps), which do not change; older headers
// lack the last one.
constexpr unsigned long kHwcapAsimd = 1ul << 1;
constexpr unsigned long kHwcapAsimdDp = 1ul << 20;
constexpr unsigned long kHwcap2I8mm = 1ul << 13;

}  // namespace

uint32_t Plugin::CpuFeatures() {
  const unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);
  uint32_t features = 0;
  if ((first & kHwcapAsimd) != 0) features |= kAsimd;
  if ((first & kHwcapAsimdDp) != 0) features |= kDotProd;
  if ((second & kHwcap2I8mm) != 0) features |= kI8mm;
  return features;
}

}  // namespace quantbench::isas
