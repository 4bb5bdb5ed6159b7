// SPDX-License-Identifier: Apache-2.0
// What becomes of memory that is freed.
#pragma once

namespace quantbench {

// From here on this process keeps freed memory for the next allocation, blocks of up to 32 MiB
// among it, where it would give them back to the kernel, which clears every page anew: for work
// that allocates and frees all of a network's values for each image. Only with glibc's allocator.
void KeepFreedMemory();

}  // namespace quantbench
