// SPDX-License-Identifier: Apache-2.0
// Cutting a subset out of the images of a split.
#pragma once

#include <vector>

#include "dataset/dataset_spec.h"
#include "dataset/image_index.h"

namespace quantbench {

// The images of `all` that the subset asks for: in the order of `all`, or, for a list file, in that
// of its lines. A part of them is the same on every machine, and changes with the set that it is
// of. `classes` are the names of the labels for error messages, and may be empty. Throws Error
// where two ways of choosing are given at once, more is asked for than there is (saying how many
// there are), or the list names what isn't there.
std::vector<ImageEntry> CutSubset(std::vector<ImageEntry> all,
                                  const std::vector<std::string>& classes,
                                  const SubsetSpec& subset);

}  // namespace quantbench
