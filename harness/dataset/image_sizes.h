// SPDX-License-Identifier: Apache-2.0
// How large images are, as their headers have it: what decoding each will take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "dataset/image_index.h"
#include "support/thread_pool.h"

namespace quantbench {

// Pixels of each image; where its header doesn't tell, the average of those that do, 1 where none
// does. Reads the first bytes of each file.
std::vector<int64_t> PixelsOf(const ImageIndex& index, const ThreadPool& pool);

}  // namespace quantbench
