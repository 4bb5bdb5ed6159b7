// SPDX-License-Identifier: Apache-2.0
// How percentile, entropy and mse choose the part of a tensor's range that integers are spent on.
#pragma once

#include "quantize/value_histogram.h"
#include "recipe/observer_spec.h"

namespace quantbench {

// All take a histogram that has seen values, and give a range inside its own. Values beyond what
// is chosen are clipped. They depend on the values alone, not on batches or their order.

// The narrowest range of whole bins that leaves out at most (100 - percentile) / 2 percent of the
// values at each end; with a symmetric scheme, the least magnitude with at most 100 - percentile
// percent of the values beyond it.
Range PercentileRange(const ValueHistogram& histogram, const ObserverSpec& spec);

// Among ranges [max(min, -t), min(max, t)] with up to 128 magnitudes t, the one whose distribution
// loses the least Kullback-Leibler divergence when its bins are merged to as many groups as the
// spec has integers: P are the counts with clipped values moved to the outermost bins, Q the counts
// without them, each group spread evenly over its bins that aren't empty in P. Bin 0 is left out of
// both: zero is always an integer. (After S. Migacz, "8-bit inference with TensorRT", GTC 2017,
// which has 128 groups and magnitudes alone.)
Range EntropyRange(const ValueHistogram& histogram, const ObserverSpec& spec);

// Among 64 fractions of min and 64 of max, all pairs (with a symmetric scheme 64 of the larger
// magnitude), the one with the least sum of squared differences between values and what is left of
// them when they are clipped to the range, quantised and dequantised.
Range MseRange(const ValueHistogram& histogram, const ObserverSpec& spec);

}  // namespace quantbench
