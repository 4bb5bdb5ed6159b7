// SPDX-License-Identifier: Apache-2.0
// Thresholds of glibc's malloc. (Source: mallopt(3))
#include "support/freed_memory.h"

#include <malloc.h>

namespace quantbench {

void KeepFreedMemory() {
#ifdef __GLIBC__
  constexpr int kLargestThatIsPossible = 32 << 20, kNever = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, kLargestThatIsPossible);
  ::mallopt(M_TRIM_THRESHOLD, kNever);
  ::mallopt(M_TOP_PAD, kLargestThatIsPossible);
#endif
}

}  // namespace quantbench
