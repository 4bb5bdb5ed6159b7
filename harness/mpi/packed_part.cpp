// SPDX-License-Identifier: Apache-2.0
// Each file as a line "NAME SIZE" and its bytes.
#include "mpi/packed_part.h"

#include <algorithm>
#include <charconv>

#include "part/part.h"
#include "stage/predictions_file.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

void AddFile(const std::filesystem::path& file, const std::filesystem::path& folder,
             std::string& packed) {
  const std::string text = ReadTextFile(file);
  packed +=
      file.lexically_relative(folder).string() + ' ' + std::to_string(text.size()) + '\n' + text;
}

// Whether a name leads out of the folder that it is meant for.
bool Leaves(std::string_view name) {
  const std::filesystem::path path(name);
  return path.empty() || path.is_absolute() ||
         std::ranges::find(path, std::filesystem::path("..")) != path.end();
}

}  // namespace

std::string PackedPart(const std::filesystem::path& folder) {
  std::string packed;
  for (const PartUnit& unit : ReadPart(folder).units) {
    if (std::holds_alternative<Evaluation>(unit.outcome))
      AddFile(UnitFile(folder, unit.name), folder, packed);
  }
  const std::filesystem::path names = folder / std::filesystem::path(kClassNamesFile).filename();
  if (std::filesystem::exists(names)) AddFile(names, folder, packed);
  AddFile(folder / kPartFile, folder, packed);
  return packed;
}

void UnpackPart(std::string_view packed, const std::filesystem::path& folder) {
  while (!packed.empty()) {
    const std::string_view line = packed.substr(0, packed.find('\n'));
    const size_t blank = line.rfind(' ');
    size_t size = 0;
    const std::string_view digits = line.substr(std::min(blank + 1, line.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    const std::string_view name = line.substr(0, blank);
    if (blank == std::string_view::npos || packed.size() - line.size() - 1 < size || Leaves(name))
      throw Error("a part of another rank came damaged");
    WriteFileAtomically(folder / name, packed.substr(line.size() + 1, size));
    packed.remove_prefix(line.size() + 1 + size);
  }
}

}  // namespace quantbench
