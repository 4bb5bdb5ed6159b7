// SPDX-License-Identifier: Apache-2.0
// Walking through a mapped file doesn't fill memory.
#include <doctest/doctest.h>

#include <fstream>
#include <optional>
#include <string>

#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

// KiB of a mapping of this file that are in this process's memory.
std::optional<long> ResidentKib(const std::filesystem::path& file) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(file.string()) != std::string::npos) inside = true;
    if (inside && line.starts_with("Rss:")) return std::stol(line.substr(4));
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("mapped files: what is forgotten leaves memory, whatever the system mapped around it") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "crops.bin";
  constexpr size_t kPart = 96 * 96 * 3, kParts = 300;  // not a multiple of a page
  WriteFileAtomically(file, std::string(kPart * kParts, 'x'));
  const MappedFile mapped(file);
  size_t sum = 0;
  for (size_t i = 0; i < kParts; ++i) {
    const auto part = mapped.bytes().subspan(i * kPart, kPart);
    for (const std::byte value : part) sum += static_cast<size_t>(value);
    mapped.Forget(part);
  }
  CHECK(sum == kPart * kParts * 'x');
  const std::optional<long> resident = ResidentKib(file);
  if (!resident) {
    MESSAGE("SKIPPED: the system doesn't tell what is in memory");
    return;
  }
  CHECK(*resident <= 2560);  // of 8,100: what the system may map around a page, and little more
  CHECK(mapped.bytes()[kPart] == std::byte{'x'});  // it comes back
}

}  // namespace quantbench
