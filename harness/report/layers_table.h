// SPDX-License-Identifier: Apache-2.0
// The table that a diagnosis ends with.
#pragma once

#include <iosfwd>
#include <span>

#include "record/diagnosis.h"

namespace quantbench {

// The network in two lines, its layers in the order of `order` (indices of Diagnosis::layers), what
// is wrong with those that have a verdict, and what to try first. Fits 100 columns.
void WriteLayersTable(const Diagnosis& diagnosis, std::span<const size_t> order,
                      std::ostream& stream, bool color);

}  // namespace quantbench
