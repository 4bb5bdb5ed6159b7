// SPDX-License-Identifier: Apache-2.0
// What a row says of its latency in words.
#pragma once

#include <string>

#include "record/case_result.h"

namespace quantbench {

// Adds to the detail what the latency columns can't tell: no p90, an unstable warm-up, an emulator
// (empty on hardware).
void DescribeLatency(const std::string& emulator, CaseResult& row);

}  // namespace quantbench
