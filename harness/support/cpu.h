// SPDX-License-Identifier: Apache-2.0
// Which CPU this is, and whether it is one at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace quantbench {

// "AMD EPYC 9B45", "Neoverse-N1"; empty where nothing tells.
std::string CpuModel();

// Names of the instruction sets, separated by spaces, as /proc/cpuinfo calls them. On aarch64 those
// that the operating system tells this process in its auxiliary vector: an emulator's too.
std::string CpuFlags();

// The program that this process runs in, where instructions are not the processor's own: qemu-user,
// Valgrind, or what QUANTBENCH_EMULATED says (anything but empty and 0; for whole emulated
// machines, which look real from inside). Empty on hardware.
std::string Emulator();

// The same for one program file, the one that the kernel runs for this process: an emulator's
// machine code is of another machine than ours, or it is known by its name.
std::string EmulatorIn(const std::filesystem::path& program);

// What to tell of times that were taken under that emulator.
std::string EmulationNote(const std::string& emulator);

// "Cortex-A76" for the value of the register MIDR_EL1, "implementer 0x61, part 0x23" for one that
// isn't known. Source: Arm's reference manuals of the cores.
std::string ArmCoreName(uint64_t midr);

}  // namespace quantbench
