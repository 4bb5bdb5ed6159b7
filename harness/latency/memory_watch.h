// SPDX-License-Identifier: Apache-2.0
// Looks at the memory of a process between the steps of a measurement: never while it is timed.
#pragma once

#include <cstddef>
#include <optional>

#include "record/memory.h"
#include "support/memory_use.h"

namespace quantbench {

// The calls come in this order, in a process that does nothing else. What a backend allocates can't
// be seen, so what a step took is by how much the private memory grew over it. Peaks between two
// looks are those of the kernel's mark, less what was mapped at the second look.
class MemoryWatch {
 public:
  void BeforePreparing();
  void AfterPreparing();
  // Code that was copied: it counts as mapped, as where it isn't copied, though of that only what
  // was touched does.
  void AfterCopyingCode(size_t bytes);
  void BeforeFirstRun();  // and before its context is made
  void AfterFirstRun();
  Memory Finish();

 private:
  std::optional<MemoryUse> Look();
  // Peaks are looked for from here on.
  std::optional<MemoryUse> Begin();
  static std::optional<double> Growth(const std::optional<MemoryUse>& before,
                                      const std::optional<MemoryUse>& after);

  Memory memory_;
  std::optional<MemoryUse> before_;
  double copied_code_mb_ = 0;
  bool marks_ = false;  // the kernel's mark is of this step
};

}  // namespace quantbench
