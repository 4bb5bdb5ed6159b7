// SPDX-License-Identifier: Apache-2.0
// What is particular to objects built with ISA flags; what they compute, `quantbench check` tests.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/elf_symbols.h"
#include "support/paths.h"

namespace quantbench {
namespace {

struct Library {
  const char* name;
  std::vector<std::string> tables;  // one of each object, to know that it was looked at
};

#if defined(__aarch64__)
const Library kKernels{.name = "quantbench_arm_kernels",
                       .tables = {"kI8mmKernels", "kDotProdKernels", "kNeonKernels"}};
#else
const Library kKernels{
    .name = "quantbench_x86_kernels",
    .tables = {"kAvx512VnniKernels", "kAvx512VlVnniKernels", "kAvxVnniKernels", "kAvx2Kernels"}};
#endif

// What sanitizers add, and DW.ref (a pointer, no code).
bool OfTheToolchain(const std::string& name) {
  for (const char* const part : {"asan", "ubsan", "tsan", "DW.ref."}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

// A weak symbol in a file built with ISA flags could be chosen by the linker for code that runs on
// any CPU.
TEST_CASE("objects built with ISA flags define their tables and have no weak symbols") {
  const auto symbols = testing::SymbolsOfLibrary(testing::BinaryDir(), kKernels.name);
  for (const std::string& table : kKernels.tables) {
    CAPTURE(table);
    CHECK(std::any_of(symbols.begin(), symbols.end(), [&](const testing::ElfSymbol& s) {
      return s.defined && s.name.find(table) != std::string::npos;
    }));
  }
  for (const testing::ElfSymbol& symbol : symbols) {
    CAPTURE(symbol.name);
    CHECK((!symbol.weak || OfTheToolchain(symbol.name)));
  }
}

}  // namespace
}  // namespace quantbench
