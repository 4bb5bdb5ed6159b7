// SPDX-License-Identifier: Apache-2.0
// From figures to words: what is wrong with a layer, and what to write into the scenario.
#pragma once

#include "graph/quantized_graph.h"
#include "record/diagnosis.h"

namespace quantbench {

// Gives each layer that deserves one a verdict and a sentence. Errors, weights and times must be
// there. One word each: "channels" (one scale for channels of very different ranges), "bias" (it
// took the scale that weights needed), "saturated" and "coarse" (the output's range is too narrow
// or too wide), "outlier" (one output channel takes the range of all), "noisy" (its own error is
// large, and none of these is the reason), "slow" (int8 takes longer than fp32).
void JudgeLayers(const QuantizedGraph& quantized, Diagnosis& diagnosis);

// What to try for the whole network, what helps most first. `equalised`: the recipe has cle
// already. Call after JudgeLayers.
void AdviseNetwork(const QuantizedGraph& quantized, bool equalised, Diagnosis& diagnosis);
// How a scenario keeps the layers in float that --reduce found, if it found some.
void AdviseLayers(Diagnosis& diagnosis);

// From the worst to the best: those with a verdict about accuracy first, each by how little of
// the signal is left in its median channel and in all; indices of Diagnosis::layers.
std::vector<size_t> WorstFirst(const Diagnosis& diagnosis);

}  // namespace quantbench
