// SPDX-License-Identifier: Apache-2.0
// A quantised tensor as tables for people and as JSON for programs.
#pragma once

#include <iosfwd>
#include <string>

#include "tensor/quantize_tensor.h"

namespace quantbench {

// Scale, zero point and errors of each channel, then float, integer, dequantised and error, side by
// side where that fits 100 columns and else below each other; a table a 2-D slice. `title` says
// where the tensor comes from.
void PrintTensorTables(const QuantizedTensor& tensor, const std::string& title,
                       std::ostream& stream);

// The same as one object; arrays are nested like the tensor. sqnr_db is null without any error.
void PrintTensorJson(const QuantizedTensor& tensor, const std::string& title, std::ostream& stream);

}  // namespace quantbench
