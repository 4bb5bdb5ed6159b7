// SPDX-License-Identifier: Apache-2.0
// The images of the default scenario, which are made when a run first needs them.
#pragma once

#include <filesystem>

namespace quantbench {

// The images that scenarios take from ${QUANTBENCH_DEFAULT_DATASET}.
class DefaultImages {
 public:
  // Where the variable isn't set, it is from here on: to the build folder of a source tree that can
  // be written to, else to `cache`.
  explicit DefaultImages(const std::filesystem::path& cache);

  // Makes them if that is the folder that this object chose, and they aren't all there. Says so
  // unless `quiet`. Throws Error and Interrupt.
  void Make(const std::filesystem::path& root, bool quiet) const;
  void SayIfMissing(const std::filesystem::path& root) const;

 private:
  std::filesystem::path folder_;  // empty: the variable is the user's
};

}  // namespace quantbench
