// SPDX-License-Identifier: Apache-2.0
// Whether an accuracy can be the network's: what the scenario expects, what chance explains, and
// what a technique of the float network may change.
#pragma once

#include <cstdint>
#include <string>

#include "dataset/crops.h"
#include "record/accuracy.h"
#include "stage/run_context.h"

namespace quantbench {

// Throws Error that names the usual causes where fp32 on `backend` misses what is expected.
void RequireExpected(const ExpectSpec& expect, const std::string& backend,
                     const Accuracy& accuracy);

// Why an accuracy on these images can hardly be that of a network with so many outputs, or nothing.
std::string DoubtOf(const Accuracy& accuracy, const Crops& crops, int64_t outputs);

// A technique of the float network must leave its Top-1 within 0.1 points, or the rows with it, and
// a warning, say so.
void DoubtTechniques(RunContext& context);

}  // namespace quantbench
