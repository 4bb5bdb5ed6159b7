// SPDX-License-Identifier: Apache-2.0
// A link in /proc, else the auxiliary vector.
#include "support/program_file.h"

#include <sys/auxv.h>

#include "support/error.h"

namespace quantbench {

std::filesystem::path ProgramFile() {
  std::error_code problem;
  const std::filesystem::path link = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (!problem) return link;
  // A pointer that the kernel hands over as a number.
  const auto* const started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (started != nullptr) {
    const std::filesystem::path file = std::filesystem::canonical(started, problem);
    if (!problem) return file;
  }
  throw Error(
      "can't find out where quantbench's own program lies: /proc isn't mounted; mount it, or start "
      "quantbench by its absolute path");
}

}  // namespace quantbench
