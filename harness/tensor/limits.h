// SPDX-License-Identifier: Apache-2.0
// What every way to get a tensor checks.
#pragma once

#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace quantbench {

// Throws Error, which starts with `source`, where the shape is empty or beyond the limits.
void CheckShape(const Shape& shape, const std::string& source);

// Throws Error that names the first value that is NaN or infinite.
void CheckFinite(const FloatTensor& tensor, const std::string& source);

}  // namespace quantbench
