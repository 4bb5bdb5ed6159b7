// SPDX-License-Identifier: Apache-2.0
// Lines "Name:   123 kB" of /proc.
#include "support/memory_use.h"

#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

#include "support/cpu.h"

namespace quantbench {
namespace {

// Of the line that begins with `name`, in MB.
std::optional<double> FigureOf(std::string_view text, std::string_view name) {
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(name)) continue;
    line.remove_prefix(std::min(line.find_first_of("0123456789"), line.size()));
    int64_t kib = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), kib);
    if (error != std::errc() || kib < 0) return std::nullopt;
    return static_cast<double>(kib) * 1024 / 1e6;
  }
  return std::nullopt;
}

std::string TextOf(const char* file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

std::optional<MemoryUse> ParseMemoryUse(std::string_view rollup, std::string_view status) {
  const std::optional<double> resident = FigureOf(rollup, "Rss:");
  const std::optional<double> anonymous = FigureOf(rollup, "Anonymous:");
  const std::optional<double> peak = FigureOf(status, "VmHWM:");
  if (!resident || !anonymous || !peak || *anonymous > *resident) return std::nullopt;
  return MemoryUse{.private_mb = *anonymous + FigureOf(rollup, "Swap:").value_or(0),
                   .mapped_mb = *resident - *anonymous,
                   .resident_mb = *peak};
}

std::optional<MemoryUse> OwnMemory() {
  static const bool emulated = !Emulator().empty();
  if (emulated) return std::nullopt;
  return ParseMemoryUse(TextOf("/proc/self/smaps_rollup"), TextOf("/proc/self/status"));
}

bool ResetPeakMemory() {
  std::ofstream file("/proc/self/clear_refs");
  file << 5;  // the mark of the highest resident set, and nothing else
  file.close();
  return file.good();
}

void ReturnFreedMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace quantbench
