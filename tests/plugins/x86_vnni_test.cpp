// SPDX-License-Identifier: Apache-2.0
// What is particular to the x86 backend's objects; what it computes, `quantbench check` tests.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "support/paths.h"

namespace quantbench {
namespace {

std::string OutputOf(const std::string& command) {
  FILE* const pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  char line[512];
  while (std::fgets(line, sizeof(line), pipe) != nullptr) output += line;
  ::pclose(pipe);
  return output;
}

// A weak symbol in a file built with ISA flags could be chosen by the linker for code that runs on
// any CPU. What sanitizers add, and DW.ref (a pointer, no code), is left out.
TEST_CASE("x86_vnni: objects built with ISA flags have no weak symbols") {
  const std::string symbols = "nm -C $(find '" + quantbench::testing::BinaryDir().string() +
                              "' -path '*quantbench_x86_kernels.dir*' -name '*.o') 2>/dev/null";
  for (const char* const table :
       {"kAvx512VnniKernels", "kAvx512VlVnniKernels", "kAvxVnniKernels", "kAvx2Kernels"}) {
    CHECK_MESSAGE(OutputOf(symbols).find(table) != std::string::npos,
                  table << " was not looked at");
  }
  const std::string weak =
      OutputOf(symbols + " | grep -E ' [WVu] ' | grep -v -E '(asan|ubsan|tsan|DW\\.ref\\.)'");
  CHECK_MESSAGE(weak.empty(), weak);
}

}  // namespace
}  // namespace quantbench
