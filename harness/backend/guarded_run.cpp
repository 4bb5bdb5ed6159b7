// SPDX-License-Identifier: Apache-2.0
// Mark, run, look.
#include "backend/guarded_run.h"

namespace quantbench {

std::vector<float> RunGuarded(const Executable& executable, Context& context, int batch_size,
                              const float* input, const ThreadPool& pool, const qb_tap* tap) {
  GuardedFloats output(static_cast<size_t>(executable.output_elements()) *
                       static_cast<size_t>(batch_size));
  output.MarkUnwritten();
  context.Run(batch_size, input, output.data(), pool, tap);
  context.RequireIntact();
  output.RequireIntact(executable.backend(), "output");
  if (const std::optional<size_t> unwritten = output.FirstUnwritten()) {
    throw Error(executable.backend() + " left value " + std::to_string(*unwritten) + " of " +
                std::to_string(output.size()) + " of its output unwritten");
  }
  return {output.values().begin(), output.values().end()};
}

}  // namespace quantbench
