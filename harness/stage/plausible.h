// SPDX-License-Identifier: Apache-2.0
// Whether an accuracy can be the network's: what the scenario expects, what chance explains, and
// what a technique of the float network may change.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/crops.h"
#include "dataset/image_index.h"
#include "record/accuracy.h"
#include "record/row.h"
#include "scenario/scenario.h"

namespace quantbench {

// Throws Error that names the usual causes where fp32 on `backend` misses what is expected.
void RequireExpected(const ExpectSpec& expect, const std::string& backend,
                     const Accuracy& accuracy);

// Why an accuracy on these images can hardly be that of a network with so many outputs, or nothing.
std::string DoubtOf(const Accuracy& accuracy, std::span<const ImageEntry> images, int64_t outputs);

// Why images can hardly be normalised as the network wants them, or nothing.
std::string DoubtOfInputs(const Crops& crops, const Preprocess& given);

// A technique of the float network must leave its Top-1 within 0.1 points, or the rows with it say
// so. techniques[i] are those of the network that rows[i] starts from, "cle" or "none".
// Gives the indices of the float rows among them.
std::vector<size_t> DoubtTechniques(std::span<const std::string> techniques, std::span<Row> rows);

}  // namespace quantbench
