// SPDX-License-Identifier: Apache-2.0
// Copies on write.
#include "latency/fresh_code.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace quantbench {
namespace {

size_t PageBytes() { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

struct Pages {
  uintptr_t begin, end;
  int protection;  // as the library's file asks for
};

struct Library {
  uintptr_t address;
  std::vector<Pages> code;
};

std::vector<Library> LoadedLibraries() {
  std::vector<Library> libraries;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* user) {
        const uintptr_t page = PageBytes();
        Library library{.address = info->dlpi_addr, .code = {}};
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
          const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
          library.code.push_back({begin / page * page,
                                  (begin + segment.p_memsz + page - 1) / page * page,
                                  PROT_EXEC | ((segment.p_flags & PF_R) != 0 ? PROT_READ : 0) |
                                      ((segment.p_flags & PF_W) != 0 ? PROT_WRITE : 0)});
        }
        static_cast<std::vector<Library>*>(user)->push_back(std::move(library));
        return 0;
      },
      &libraries);
  return libraries;
}

// A write that changes nothing, so that whoever runs the code meanwhile may: the kernel copies a
// page of a private mapping then.
bool CopyOnWrite(const Pages& pages) {
  auto* const begin = reinterpret_cast<std::byte*>(pages.begin);
  const size_t bytes = pages.end - pages.begin;
  // All at once: code that isn't executable for a moment would be missed by other threads.
  if (::mprotect(begin, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return false;
  for (size_t at = 0; at < bytes; at += PageBytes()) {
    __atomic_fetch_or(reinterpret_cast<unsigned char*>(begin + at), 0, __ATOMIC_RELAXED);
  }
  ::mprotect(begin, bytes, pages.protection);
  return true;
}

}  // namespace

NewLibraries::NewLibraries() {
  for (const Library& library : LoadedLibraries()) before_.insert(library.address);
}

size_t NewLibraries::MoveCode() const {
  size_t bytes = 0;
  for (const Library& library : LoadedLibraries()) {
    if (before_.contains(library.address)) continue;
    for (const Pages& pages : library.code) {
      if (CopyOnWrite(pages)) bytes += pages.end - pages.begin;
    }
  }
  return bytes;
}

}  // namespace quantbench
