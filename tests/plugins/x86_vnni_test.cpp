// SPDX-License-Identifier: Apache-2.0
// The x86 backend against the reference operators, on every ISA path that this CPU has.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "conformance/check.h"
#include "conformance/mobilenet_v2_shape.h"
#include "plugin_library.h"

namespace quantbench::conformance {
namespace {

const qb_plugin* Plugin() {
  static const qb_plugin* const plugin = testing::LoadBuiltPlugin("x86_vnni");
  return plugin;
}

std::vector<std::string> RunnableIsas() {
  std::vector<std::string> isas;
  if (Plugin() == nullptr) return isas;
  for (const char* const* isa = Plugin()->isas; *isa != nullptr; ++isa) {
    if (Plugin()->probe(*isa, {nullptr, 0}) == QB_OK) isas.push_back(*isa);
  }
  return isas;
}

// Where the plugin belongs to the build, its absence is a failure: a skip would look like a pass.
#if defined(__x86_64__)
#define QUANTBENCH_REQUIRE_X86() REQUIRE_MESSAGE(Plugin() != nullptr, "x86_vnni.so isn't built")
#else
#define QUANTBENCH_REQUIRE_X86()                        \
  if (Plugin() == nullptr) {                            \
    MESSAGE("SKIPPED: x86_vnni is not built for here"); \
    return;                                             \
  }
#endif

void CheckAll(const std::vector<Case>& cases, const CheckOptions& options) {
  for (const std::string& isa : RunnableIsas()) {
    for (const Case& test : cases) {
      const CheckResult result = Check(*Plugin(), isa, test, options);
      CHECK_MESSAGE(result.passed,
                    isa << " " << test.name << " (" << test.reason << "): " << result.detail);
    }
  }
}

TEST_CASE("x86_vnni: int8 operators have the reference's bits") {
  QUANTBENCH_REQUIRE_X86();
  SUBCASE("one image") { CheckAll(OperatorCases(), {.batch_size = 1}); }
  SUBCASE("three images, two threads") {
    CheckAll(OperatorCases(), {.batch_size = 3, .threads = 2});
  }
  SUBCASE("two images, two threads") { CheckAll(OperatorCases(), {.batch_size = 2, .threads = 2}); }
}

TEST_CASE("x86_vnni: float operators are close to the reference") {
  QUANTBENCH_REQUIRE_X86();
  SUBCASE("one image") { CheckAll(OperatorCases(), {.precision = Precision::kFloat32}); }
  SUBCASE("three images, two threads") {
    CheckAll(OperatorCases(), {.precision = Precision::kFloat32, .batch_size = 3, .threads = 2});
  }
}

TEST_CASE("x86_vnni: every layer shape of MobileNetV2") {
  QUANTBENCH_REQUIRE_X86();
  CheckAll(MobileNetV2LayerCases(), {.threads = 2});
  CheckAll(MobileNetV2LayerCases(), {.precision = Precision::kFloat32});
}

TEST_CASE("x86_vnni: whole networks") {
  QUANTBENCH_REQUIRE_X86();
  const std::vector<Case> networks = {{"mobilenet_v2_224", "the network that matters most",
                                       [](ModelBuilder& b) { BuildMobileNetV2(b); }},
                                      {"mobilenet_v2_96", "odd sizes at its end",
                                       [](ModelBuilder& b) { BuildMobileNetV2(b, 96); }}};
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32}) {
    CheckAll(networks, {.precision = precision, .batch_size = 1, .threads = 1});
    CheckAll({networks[1]}, {.precision = precision, .batch_size = 3, .threads = 2});
  }
}

TEST_CASE("x86_vnni: contexts that run at once do not disturb each other") {
  QUANTBENCH_REQUIRE_X86();
  for (const std::string& isa : RunnableIsas()) {
    for (const Precision precision : {Precision::kInt8, Precision::kFloat32}) {
      const CheckResult result = CheckConcurrency(*Plugin(), isa, precision);
      CHECK_MESSAGE(result.passed, isa << ": " << result.detail);
    }
  }
}

TEST_CASE("x86_vnni: refusals have a status and a text") {
  QUANTBENCH_REQUIRE_X86();
  for (const ErrorCase& error : CheckErrors(*Plugin(), RunnableIsas().front()))
    CHECK_MESSAGE(error.result.passed, error.name << ": " << error.result.detail);
}

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
  QUANTBENCH_REQUIRE_X86();
  const std::string symbols = "nm -C $(find '" QUANTBENCH_BINARY_DIR
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
}  // namespace quantbench::conformance
