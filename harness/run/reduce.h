// SPDX-License-Identifier: Apache-2.0
// The smallest set of layers that, kept in float, brings Top-1 back.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/diagnosis.h"

namespace quantbench {

// Images whose best class is right, or fp32's, with these layers in float.
using CountCorrect = std::function<int64_t(const std::set<std::string>& float_layers)>;

struct ReductionRequest {
  double limit_pp = 1;  // percentage points below fp32
  int64_t images = 0, float_correct = 0;
  std::span<const std::string> suspects;  // layers that could help, the likeliest first
  std::string_view what = "Top-1";        // of the images, for the log
  bool only_gains = false;                // end before a layer that gives nothing back
};

// Adds, one after another, the layer that helps most among the first eight suspects left, until the
// limit is kept or sixteen don't suffice; where a point more would do, all suspects that are left
// are asked. Then takes out again what isn't needed. A quick answer on the images that it chose by:
// on others the drop may be larger. The same for the same counts.
Reduction Reduce(const ReductionRequest& request, const CountCorrect& count_correct);

}  // namespace quantbench
