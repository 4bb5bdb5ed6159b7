// SPDX-License-Identifier: Apache-2.0
// What comes with quantbench, wherever it is installed or built: scenarios by their names, and the
// images of the default one.
#pragma once

#include <filesystem>
#include <string>

namespace quantbench {

// The file that a command line means: `word` itself, or where there is no such file, the scenario
// of that name that comes with quantbench. Throws Error that names these.
std::filesystem::path ScenarioFile(const std::filesystem::path& word);

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
