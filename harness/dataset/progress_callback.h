// SPDX-License-Identifier: Apache-2.0
// How long work tells what it has done.
#pragma once

#include <cstdint>
#include <functional>

namespace quantbench {

// Called from any thread, in any order, with the number of images done so far.
using ProgressCallback = std::function<void(int64_t done, int64_t total)>;

}  // namespace quantbench
