// SPDX-License-Identifier: Apache-2.0
// Whether the classes of a dataset can be those of a network: wrong labels give figures that look
// like a poor network's.
#pragma once

#include <cstdint>

#include "dataset/image_index.h"

namespace quantbench {

// Throws Error, saying what to write, where the network's outputs aren't as many as the classes
// (and label_offset), or where an image's label is none of them.
void CheckClasses(const ImageIndex& index, const DatasetSpec& dataset, int64_t outputs);

}  // namespace quantbench
