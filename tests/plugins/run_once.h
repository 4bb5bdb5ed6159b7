// SPDX-License-Identifier: Apache-2.0
// A small model's scores from the naive operators.
#pragma once

#include <vector>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "support/thread_pool.h"

namespace quantbench::testing {

inline std::vector<float> RunOnce(const AbiModel& model, const std::vector<float>& input) {
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> output(static_cast<size_t>(executable.output_elements()));
  executable.CreateContext(1, 1).Run(1, input.data(), output.data(), ThreadPool(1));
  return output;
}

}  // namespace quantbench::testing
