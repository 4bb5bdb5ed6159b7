// SPDX-License-Identifier: Apache-2.0
// Runs graphs on the built-in reference operators.
#pragma once

#include <vector>

#include "backend/backend.h"
#include "model/passes.h"

namespace quantbench::testing {

// Scores of `images` images, [images,c,h,w] dense.
inline std::vector<float> RunModel(const AbiModel& model, const std::vector<float>& input,
                                   int images = 1) {
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * images));
  executable.CreateContext(images, 1).Run(images, input.data(), output.data(), ThreadPool(1));
  return output;
}

inline std::vector<float> RunFloat(Graph graph, const std::vector<float>& input, int images = 1) {
  PrepareForInference(graph);
  return RunModel(AbiModel(graph), input, images);
}

}  // namespace quantbench::testing
