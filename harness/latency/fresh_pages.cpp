// SPDX-License-Identifier: Apache-2.0
// Copies on write, and pages that are given back.
#include "latency/fresh_pages.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace quantbench {
namespace {

// More than a worker takes before it measures, small networks included. Of large ones the rest
// lies as the kernel has it, which for so many pages is a fair mixture.
constexpr size_t kScatteredBytes = size_t{32} << 20;

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

ScatteredPages::ScatteredPages() : page_bytes_(PageBytes()), random_(std::random_device()()) {
  void* const memory = ::mmap(nullptr, kScatteredBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  memory_ = memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
  // One huge page would be given back as a whole.
  if (memory_ != nullptr) ::madvise(memory_, kScatteredBytes, MADV_NOHUGEPAGE);
}

ScatteredPages::~ScatteredPages() {
  if (memory_ != nullptr) ::munmap(memory_, kScatteredBytes);
}

void ScatteredPages::Scatter() {
  if (memory_ == nullptr) return;
  const size_t count = kScatteredBytes / page_bytes_;
  // Those that were given back last time come from wherever the kernel has some now.
  for (size_t i = 0; i < count; ++i) memory_[i * page_bytes_] = std::byte{1};
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t left = count; left > 1; --left)
    std::swap(order[left - 1], order[random_.Below(left)]);
  for (size_t i = 0; i < count / 2; ++i)
    ::madvise(memory_ + order[i] * page_bytes_, page_bytes_, MADV_DONTNEED);
}

}  // namespace quantbench
