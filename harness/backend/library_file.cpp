// SPDX-License-Identifier: Apache-2.0
// Headers of ELF, and first bytes of what people take for plugins. Source: the System V ABI,
// elf(5).
#include "backend/library_file.h"

#include <elf.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using ElfHeader = ElfW(Ehdr);
using ElfSegment = ElfW(Phdr);

std::string MachineName(unsigned machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "32-bit x86";
    case EM_ARM:
      return "32-bit ARM";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "POWER";
    case EM_S390:
      return "s390x";
    default:
      return "another machine (number " + std::to_string(machine) + " in ELF's list)";
  }
}

#if defined(__x86_64__)
constexpr unsigned kOwnMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kOwnMachine = EM_AARCH64;
#else
constexpr unsigned kOwnMachine = EM_NONE;  // nothing is compared
#endif

constexpr struct {
  std::string_view bytes;
  std::string_view sentence;
} kOthers[] = {
    {"MZ", "it is a Windows library; build it on Linux"},
    {"\xcf\xfa\xed\xfe", "it is a macOS library; build it on Linux"},
    {"\xca\xfe\xba\xbe", "it is a macOS library; build it on Linux"},
    {"!<arch>", "it is a static library (.a); link it as a shared one (-shared)"},
    {"!<thin>", "it is a static library (.a); link it as a shared one (-shared)"},
    {"PK\x03\x04", "it is a zip archive (a Python wheel is one); unpack it first"},
    {"\x1f\x8b", "it is compressed with gzip; unpack it first"},
    {"version https://git-lfs", "it is a Git LFS pointer; fetch the file with git lfs pull"},
};

bool IsText(std::string_view head) {
  return std::ranges::all_of(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

std::string OfNoElf(std::string_view content) {
  if (content.empty()) return "the file is empty; build it again";
  for (const auto& other : kOthers) {
    if (content.starts_with(other.bytes)) return std::string(other.sentence);
  }
  if (IsText(content.substr(0, 512)))
    return "it is a text file, not a library; if it is the source, compile it first";
  return "it isn't a shared library, which an ELF file would be";
}

// A file that is cut off crashes the loader.
bool IsCutOff(std::string_view content, const ElfHeader& header) {
  const size_t table = header.e_phoff;
  if (header.e_phentsize != sizeof(ElfSegment)) return false;
  for (size_t i = 0; i < header.e_phnum; ++i) {
    ElfSegment segment;
    const size_t at = table + i * sizeof(segment);
    if (at > content.size() || content.size() - at < sizeof(segment)) return true;
    std::memcpy(&segment, content.data() + at, sizeof(segment));
    if (segment.p_type == PT_LOAD &&
        (segment.p_offset > content.size() || content.size() - segment.p_offset < segment.p_filesz))
      return true;
  }
  return false;
}

std::string OfElf(std::string_view content) {
  ElfHeader header;
  if (content.size() < sizeof(header)) return "it is cut off; copy or build it again";
  std::memcpy(&header, content.data(), sizeof(header));
  const bool other_class =
      header.e_ident[EI_CLASS] != (sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32);
  if (kOwnMachine != EM_NONE && (other_class || header.e_machine != kOwnMachine)) {
    const std::string own = MachineName(kOwnMachine);
    return "it is a library for " + MachineName(header.e_machine) + ", and quantbench runs on " +
           own + "; build it for " + own;
  }
  if (header.e_type == ET_REL) return "it is an object file (.o); link it as a library (-shared)";
  if (IsCutOff(content, header)) return "it is cut off; copy or build it again";
  return {};
}

}  // namespace

std::string WhyNotALibrary(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return mapped.text().starts_with(std::string_view(ELFMAG, SELFMAG)) ? OfElf(mapped.text())
                                                                      : OfNoElf(mapped.text());
}

}  // namespace quantbench
