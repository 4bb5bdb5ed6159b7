// SPDX-License-Identifier: Apache-2.0
// One reader for each top-level key of a scenario. All take the key's node, nullptr where it is
// absent, and report mistakes through the reader.
#pragma once

#include "scenario/reader.h"
#include "scenario/scenario.h"

namespace quantbench::yaml {

// scenario.networks: one from a mapping, or several from a list of such. Call behind ReadDataset.
void ReadNetworks(const Node* node, Reader& reader, Scenario& scenario);

// scenario.dataset, calibration, evaluation, and the first network's preprocessing: that of all
// which don't say otherwise.
// Whether a `dataset` has calibration images, or a mistyped key for them, which is reported.
bool NamesCalibration(const Node& dataset);
void ReadDataset(const Node* node, Reader& reader, Scenario& scenario);
void ReadPreprocess(const Node* node, Reader& reader, Preprocess& preprocess);

// scenario.matrix, backend_files and configured_backends.
// An observer: a name, its text with options ("histogram+reduce_range"), or a mapping. Returns
// false after a mistake.
bool ReadObserver(const Node* node, Reader& reader, ObserverSpec& value);
// A backend: its name, or {name, file, options}; what the cases call it, with its options. Files
// and options go into the scenario. Returns false after a mistake.
bool ReadBackend(const Node* node, Reader& reader, Scenario& scenario, std::string& value);
// Techniques: a name, names joined by '+', or a list of names that are applied together.
bool ReadTechniques(const Node* node, Reader& reader, Techniques& value);
// What single layers get: a mapping of globs on their names to fp32 or values of the recipe.
bool ReadLayers(const Node* node, Reader& reader, Layers& value);
void ReadMatrix(const Node* node, Reader& reader, Scenario& scenario);

void ReadLatency(const Node* node, Reader& reader, Scenario& scenario);
void ReadExpect(const Node* node, Reader& reader, std::optional<ExpectSpec>& expect);

}  // namespace quantbench::yaml
