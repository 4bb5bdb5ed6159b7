// SPDX-License-Identifier: Apache-2.0
// What quantisation adds to a layer's outputs on average, taken off its bias.
#pragma once

#include <cstdint>

#include "dataset/progress_callback.h"
#include "quantize/layer_walk.h"

namespace quantbench {

// Corrects the int32 biases of all layers that run on integers, in the order of execution: each
// layer reads what the corrected layers before it give. For output channel o, over SampledPixels of
// the images,
//   e[o] = sum(a(y'[o]) - a(y[o])) / sum((p(y[o]) + p(y'[o])) / 2)
//   b'[o] = b[o] - e[o] * max(0, 1 - v[o] / e[o]^2)
// where y is the float output, y' the integer one, a the activation behind it (with a cap of its
// own a channel, where there is one), p 1 where that passes a change on and 0 where it is cut off,
// and v the squared standard error of e over the images: what chance explains is left alone (James
// and Stein's positive-part estimate). What is cut off is no error of the network, and a shift
// there would move the rest for nothing. (Source of the sequential, empirical correction, which
// takes a for the identity: arXiv 1906.04721, section 4.2.) Integers are exact and sums have a
// fixed order: threads and ISA change nothing. Gives the images that were used (WalkLayers). Throws
// Error where a corrected layer's sums could leave int32.
int64_t CorrectBiases(QuantizedGraph& quantized, const CalibrationSet& set, const ThreadPool& pool,
                      const ProgressCallback& progress, int64_t most_bytes = kMostWalkBytes);

}  // namespace quantbench
