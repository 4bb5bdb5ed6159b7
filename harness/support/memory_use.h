// SPDX-License-Identifier: Apache-2.0
// What this process takes of the machine's memory, as the kernel counts it.
#pragma once

#include <optional>
#include <string_view>

namespace quantbench {

// In MB of 1e6 bytes.
struct MemoryUse {
  double private_mb = 0;   // resident or swapped, no file behind it
  double mapped_mb = 0;    // resident, of files
  double resident_mb = 0;  // the most of both at once since the process began, or since the reset
};

// Of the texts of /proc/self/smaps_rollup and /proc/self/status; nothing where they lack a figure.
std::optional<MemoryUse> ParseMemoryUse(std::string_view rollup, std::string_view status);

// Nothing without /proc, and under an emulator, whose own memory it would be. The first two figures
// are exact; the third one the kernel counts in batches of some 100 kB a processor.
std::optional<MemoryUse> OwnMemory();
// Begins the count of resident_mb anew; false where the kernel doesn't let.
bool ResetPeakMemory();
// Gives back to the system what was freed, so that the next OwnMemory doesn't count it.
void ReturnFreedMemory();

}  // namespace quantbench
