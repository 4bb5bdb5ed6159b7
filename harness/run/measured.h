// SPDX-License-Identifier: Apache-2.0
// How a run's results came about, for the results themselves.
#pragma once

#include <span>
#include <string>

#include "record/results.h"
#include "stage/stages.h"

namespace quantbench {

// Hash of images with their labels, and of the bytes that have the hashes `contents`: the same
// however networks see them.
std::string ContentHash(std::span<const ImageEntry> images, std::span<const std::string> contents);

// Of several networks, one hash for all; that of one is its own.
void SetInputs(Results& results);

// Fills in results.measured and results.inputs. Call after Key.
void DescribeMeasured(const Scenario& scenario, const std::string& label, const Stages& stages,
                      Results& results);

}  // namespace quantbench
