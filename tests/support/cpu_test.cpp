// SPDX-License-Identifier: Apache-2.0
// Telling an emulator from a processor, and naming cores.
#include "support/cpu.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "support/test_data.h"

namespace quantbench {
namespace {

constexpr unsigned kX86 = 62, kAarch64 = 183, kRiscV = 243;  // e_machine, as the ELF ABI numbers it
#if defined(__aarch64__)
constexpr unsigned kOurs = kAarch64, kTheirs = kX86;
#else
constexpr unsigned kOurs = kX86, kTheirs = kAarch64;
#endif

std::string ElfHeader(unsigned machine) {
  std::string header =
      "\x7f"
      "ELF" +
      std::string(60, '\0');
  header[18] = static_cast<char>(machine & 0xff);
  header[19] = static_cast<char>(machine >> 8);
  return header;
}

TEST_CASE("an emulator is known by its own machine code or by its name") {
  const struct {
    const char* reason;
    const char* file;
    std::string bytes;
    std::string emulator;
  } cases[] = {
      {"this very program", "quantbench", ElfHeader(kOurs), ""},
      {"code of another machine runs us", "box64", ElfHeader(kTheirs), "box64"},
      {"of a third one as well", "rosetta", ElfHeader(kRiscV), "rosetta"},
      {"emulates its own machine", "qemu-aarch64-static", ElfHeader(kOurs), "qemu-aarch64-static"},
      {"a name that only looks alike", "my-qemu-aarch64", ElfHeader(kOurs), ""},
      {"no ELF file tells nothing", "script", "#!/bin/sh\nexit 0 # long enough", ""},
      {"cut off before the machine", "short", ElfHeader(kTheirs).substr(0, 19), ""},
      {"an empty file", "empty", "", ""},
  };
  const testing::ScratchFolder scratch;
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    std::ofstream(scratch.path() / one.file, std::ios::binary) << one.bytes;
    CHECK(EmulatorIn(scratch.path() / one.file) == one.emulator);
  }
  CHECK_MESSAGE(EmulatorIn(scratch.path() / "absent").empty(), "where /proc isn't mounted");
}

TEST_CASE("a link is followed to the emulator, as in /proc") {
  const testing::ScratchFolder scratch;
  std::ofstream(scratch.path() / "qemu-riscv64", std::ios::binary) << ElfHeader(kOurs);
  std::filesystem::create_symlink("qemu-riscv64", scratch.path() / "exe");
  CHECK(EmulatorIn(scratch.path() / "exe") == "qemu-riscv64");
}

TEST_CASE("QUANTBENCH_EMULATED declares what can't be seen from inside") {
  const char* const before = std::getenv("QUANTBENCH_EMULATED");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("QUANTBENCH_EMULATED", "fast models", 1);
  CHECK(Emulator() == "QUANTBENCH_EMULATED=fast models");
  for (const char* const off : {"", "0"}) {
    ::setenv("QUANTBENCH_EMULATED", off, 1);
    CHECK(Emulator() == EmulatorIn("/proc/thread-self/exe"));
  }
  if (before != nullptr) {
    ::setenv("QUANTBENCH_EMULATED", kept.c_str(), 1);
  } else {
    ::unsetenv("QUANTBENCH_EMULATED");
  }
}

TEST_CASE("cores are named from implementer and part, unknown ones by number") {
  CHECK(ArmCoreName(0x413fd0c1) == "Neoverse-N1");  // r3p1
  CHECK(ArmCoreName(0x414fd0b0) == "Cortex-A76");   // variant and revision don't count
  CHECK(ArmCoreName(0x410fd083) == "Cortex-A72");
  CHECK(ArmCoreName(0x611f0231) == "implementer 0x61, part 0x023");
  CHECK(ArmCoreName(0) == "implementer 0x00, part 0x000");
}

TEST_CASE("this machine's CPU and instruction sets are told") {
  CHECK(!CpuModel().empty());
#if defined(__aarch64__)
  CHECK((" " + CpuFlags() + " ").find(" asimd ") != std::string::npos);  // part of the ABI
#elif defined(__x86_64__)
  CHECK((" " + CpuFlags() + " ").find(" sse2 ") != std::string::npos);
#endif
}

}  // namespace
}  // namespace quantbench
