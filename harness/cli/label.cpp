// SPDX-License-Identifier: Apache-2.0
// What a run is called where nobody says.
#include "cli/label.h"

#include <cstdio>
#include <memory>

namespace quantbench {

// Git is asked without locks and without a word: most folders are no work trees.
std::string DefaultLabel() {
  constexpr char kAsk[] =
      "GIT_OPTIONAL_LOCKS=0 git describe --always --dirty --abbrev=12 --exclude='*' "
      "</dev/null 2>/dev/null";
  struct Close {
    void operator()(FILE* pipe) const { ::pclose(pipe); }
  };
  const std::unique_ptr<FILE, Close> pipe(::popen(kAsk, "r"));
  if (pipe == nullptr) return {};
  char line[80] = "";
  if (std::fgets(line, sizeof(line), pipe.get()) == nullptr) return {};
  std::string label(line);
  while (!label.empty() && label.back() == '\n') label.pop_back();
  return label;
}

}  // namespace quantbench
