// SPDX-License-Identifier: Apache-2.0
// Copies on write, through the kernel's view of this process: nothing becomes writable, which
// policies against writable code wouldn't allow.
#include "latency/fresh_code.h"

#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "support/descriptor.h"

namespace quantbench {
namespace {

size_t PageBytes() { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

struct Pages {
  uintptr_t begin, end;
};

struct Library {
  uintptr_t address;  // by which it was moved when it was loaded
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
          library.code.push_back(
              {begin / page * page, (begin + segment.p_memsz + page - 1) / page * page});
        }
        static_cast<std::vector<Library>*>(user)->push_back(std::move(library));
        return 0;
      },
      &libraries);
  return libraries;
}

// Writes a byte of each page back: the kernel copies a page of a private mapping then. What is
// mapped there now, and how it is protected, stays, and whoever runs the code meanwhile may. How
// many bytes were copied.
size_t CopyOnWrite(const Pages& pages, int memory) {
  size_t copied = 0;
  for (uintptr_t at = pages.begin; at < pages.end; at += PageBytes()) {
    unsigned char byte = 0;
    const auto offset = static_cast<off_t>(at);
    if (::pread(memory, &byte, 1, offset) == 1 && ::pwrite(memory, &byte, 1, offset) == 1)
      copied += PageBytes();
  }
  return copied;
}

}  // namespace

NewLibraries::NewLibraries() {
  for (const Library& library : LoadedLibraries()) before_.insert(library.address);
}

std::optional<size_t> NewLibraries::CopyCode() const {
  const Descriptor memory(::open("/proc/self/mem", O_RDWR | O_CLOEXEC));
  size_t wanted = 0, copied = 0;
  for (const Library& library : LoadedLibraries()) {
    if (before_.contains(library.address)) continue;
    for (const Pages& pages : library.code) {
      wanted += pages.end - pages.begin;
      if (memory.get() >= 0) copied += CopyOnWrite(pages, memory.get());
    }
  }
  return copied == wanted ? std::optional(copied) : std::nullopt;
}

}  // namespace quantbench
