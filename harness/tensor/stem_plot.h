// SPDX-License-Identifier: Apache-2.0
// The stem plot of a tensor before and after quantisation.
#pragma once

#include <string>

#include "tensor/quantize_tensor.h"

namespace quantbench {

// A self-contained SVG document, light or dark as its reader is: the values before and after over
// the levels that the integers stand for, and below them the errors over the half step that
// rounding may cost. Elements stand channel by channel, row-major inside a channel.
std::string StemPlot(const QuantizedTensor& tensor, const std::string& title);

}  // namespace quantbench
