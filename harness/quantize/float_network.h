// SPDX-License-Identifier: Apache-2.0
// A model's file to the float network that calibration and quantisation start from.
#pragma once

#include <string>

#include "dataset/dataset_spec.h"
#include "graph/graph.h"
#include "graph/model_source.h"

namespace quantbench {

// The source with what preprocessing makes of pixels, which networks that take bytes undo.
ModelSource WithPixels(ModelSource source, const Preprocess& preprocess);

// Imports the model (model/import.h) and prepares it for inference. Throws Error.
Graph LoadFloatNetwork(const ModelSource& source, std::string* recognized = nullptr);

}  // namespace quantbench
