// SPDX-License-Identifier: Apache-2.0
// /proc/cpuinfo on x86; identification register and auxiliary vector on aarch64.
#include "support/cpu.h"

#include <sys/auxv.h>

#include <cstdio>
#include <fstream>

namespace quantbench {
namespace {

// The value of the first "key : value" line of /proc/cpuinfo.
[[maybe_unused]] std::string CpuInfo(std::string_view key) {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);) {
    const size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const size_t value = line.find_first_not_of(" \t", colon + 1);
    return value == std::string::npos ? "" : line.substr(value);
  }
  return {};
}

struct Core {
  unsigned implementer, part;
  const char* name;
};
constexpr unsigned kArm = 0x41;
constexpr Core kCores[] = {
    {kArm, 0xd03, "Cortex-A53"},  {kArm, 0xd04, "Cortex-A35"},  {kArm, 0xd05, "Cortex-A55"},
    {kArm, 0xd07, "Cortex-A57"},  {kArm, 0xd08, "Cortex-A72"},  {kArm, 0xd09, "Cortex-A73"},
    {kArm, 0xd0a, "Cortex-A75"},  {kArm, 0xd0b, "Cortex-A76"},  {kArm, 0xd0c, "Neoverse-N1"},
    {kArm, 0xd0d, "Cortex-A77"},  {kArm, 0xd40, "Neoverse-V1"}, {kArm, 0xd41, "Cortex-A78"},
    {kArm, 0xd44, "Cortex-X1"},   {kArm, 0xd46, "Cortex-A510"}, {kArm, 0xd47, "Cortex-A710"},
    {kArm, 0xd48, "Cortex-X2"},   {kArm, 0xd49, "Neoverse-N2"}, {kArm, 0xd4f, "Neoverse-V2"},
    {0x46, 0x001, "A64FX"},       {0x48, 0xd01, "Kunpeng-920"}, {0xc0, 0xac3, "Ampere-1"},
    {0x00, 0x051, "QEMU's 'max'"}};

// Bits of the kernel's ABI (its Documentation/arm64/elf_hwcaps): what kernels of networks use.
struct Capability {
  unsigned long type;
  int bit;
  const char* name;
};
[[maybe_unused]] constexpr Capability kCapabilities[] = {
    {AT_HWCAP, 0, "fp"},       {AT_HWCAP, 1, "asimd"},    {AT_HWCAP, 8, "atomics"},
    {AT_HWCAP, 9, "fphp"},     {AT_HWCAP, 10, "asimdhp"}, {AT_HWCAP, 12, "asimdrdm"},
    {AT_HWCAP, 20, "asimddp"}, {AT_HWCAP, 22, "sve"},     {AT_HWCAP, 23, "asimdfhm"},
    {AT_HWCAP2, 1, "sve2"},    {AT_HWCAP2, 9, "svei8mm"}, {AT_HWCAP2, 12, "svebf16"},
    {AT_HWCAP2, 13, "i8mm"},   {AT_HWCAP2, 14, "bf16"},   {AT_HWCAP2, 23, "sme"}};

// The ELF header's e_machine (System V ABI, figure 4-3): bytes 18 and 19, little endian on every
// machine that this is built for. 0 where there is none.
unsigned MachineOf(const std::filesystem::path& program) {
  std::ifstream stream(program, std::ios::binary);
  unsigned char header[20] = {};
  stream.read(reinterpret_cast<char*>(header), sizeof(header));
  if (!stream || std::string_view(reinterpret_cast<char*>(header), 4) !=
                     "\x7f"
                     "ELF")
    return 0;
  return header[18] | unsigned{header[19]} << 8;
}

#if defined(__x86_64__)
constexpr unsigned kOwnMachine = 62;  // EM_X86_64
#elif defined(__aarch64__)
constexpr unsigned kOwnMachine = 183;  // EM_AARCH64
#else
constexpr unsigned kOwnMachine = 0;  // any
#endif

}  // namespace

std::string ArmCoreName(uint64_t midr) {
  const auto implementer = static_cast<unsigned>(midr >> 24 & 0xff);
  const auto part = static_cast<unsigned>(midr >> 4 & 0xfff);
  for (const Core& core : kCores) {
    if (core.implementer == implementer && core.part == part) return core.name;
  }
  char text[48];
  std::snprintf(text, sizeof(text), "implementer 0x%02x, part 0x%03x", implementer, part);
  return text;
}

#if defined(__aarch64__)
std::string CpuModel() {
  constexpr unsigned long kCpuId = 1ul << 11;  // the kernel lets programs read the register
  if ((::getauxval(AT_HWCAP) & kCpuId) == 0) return {};
  uint64_t midr = 0;
  __asm__("mrs %0, MIDR_EL1" : "=r"(midr));
  return ArmCoreName(midr);
}

std::string CpuFlags() {
  std::string flags;
  for (const Capability& capability : kCapabilities) {
    if ((::getauxval(capability.type) >> capability.bit & 1) == 0) continue;
    flags += (flags.empty() ? "" : " ") + std::string(capability.name);
  }
  return flags;
}
#else
std::string CpuModel() { return CpuInfo("model name"); }
std::string CpuFlags() { return CpuInfo("flags"); }
#endif

std::string EmulatorIn(const std::filesystem::path& program) {
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::canonical(program, ignored);
  const std::string name = real.filename().string();
  const unsigned machine = MachineOf(program);
  const bool foreign = machine != 0 && kOwnMachine != 0 && machine != kOwnMachine;
  const bool known =
      name.starts_with("qemu-") || real.string().find("/valgrind/") != real.string().npos;
  if (!foreign && !known) return {};
  return name.empty() ? "an emulator" : name;
}

std::string EmulationNote(const std::string& emulator) {
  return "emulated by " + emulator + ": times, and what follows from them, are not a processor's";
}

std::string Emulator() {
  const char* const said = std::getenv("QUANTBENCH_EMULATED");
  if (said != nullptr && *said != '\0' && std::string_view(said) != "0") {
    return "QUANTBENCH_EMULATED=" + std::string(said);
  }
  // Emulators answer /proc/self/exe with the program that they run; this name they leave alone.
  return EmulatorIn("/proc/thread-self/exe");
}

}  // namespace quantbench
