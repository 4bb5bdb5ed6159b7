// SPDX-License-Identifier: Apache-2.0
// The symbols of 64-bit ELF object files, read as files: works for any architecture, and under an
// emulator, where running a tool would not.
#pragma once

#include <elf.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace quantbench::testing {

struct ElfSymbol {
  std::string name;  // mangled
  bool weak = false;
  bool defined = false;
};

inline std::vector<ElfSymbol> SymbolsOf(const std::filesystem::path& object) {
  std::ifstream file(object, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto read = [&]<class T>(size_t offset, T& to) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
    std::memcpy(&to, bytes.data() + offset, sizeof(T));
    return true;
  };
  Elf64_Ehdr header{};
  std::vector<ElfSymbol> symbols;
  if (!read(0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return symbols;
  const auto section = [&](size_t index) {
    Elf64_Shdr found{};
    read(header.e_shoff + index * header.e_shentsize, found);
    return found;
  };
  for (size_t s = 0; s < header.e_shnum; ++s) {
    const Elf64_Shdr table = section(s);
    if (table.sh_type != SHT_SYMTAB) continue;
    const size_t names = section(table.sh_link).sh_offset;
    for (size_t offset = 0; offset < table.sh_size; offset += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol{};
      if (!read(table.sh_offset + offset, symbol)) return symbols;
      const size_t name = names + symbol.st_name;
      symbols.push_back({.name = name < bytes.size() ? bytes.data() + name : "",
                         .weak = ELF64_ST_BIND(symbol.st_info) == STB_WEAK,
                         .defined = symbol.st_shndx != SHN_UNDEF});
    }
  }
  return symbols;
}

// The symbols of all objects of one object library in the build tree.
inline std::vector<ElfSymbol> SymbolsOfLibrary(const std::filesystem::path& build,
                                               const std::string& library) {
  std::vector<ElfSymbol> symbols;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(build / "plugins")) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".o" || path.parent_path().filename() != library + ".dir") continue;
    const std::vector<ElfSymbol> more = SymbolsOf(path);
    symbols.insert(symbols.end(), more.begin(), more.end());
  }
  return symbols;
}

}  // namespace quantbench::testing
