// SPDX-License-Identifier: Apache-2.0
// Parts to JSON and back.
#include "part/part.h"

#include <algorithm>
#include <map>

#include "record/digest.h"
#include "record/json.h"
#include "support/error.h"
#include "support/files.h"
#include "support/utf8.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

void RequireConsistent(const Part& part) {
  const bool consistent = part.begin >= 0 && part.begin <= part.end &&
                          part.end <= part.images_of_run &&
                          part.range().size() == static_cast<int64_t>(part.images.size());
  if (!consistent) throw Error("its range isn't that of its images");
  if (part.networks.empty()) throw Error("it has no network");
  for (const PartUnit& unit : part.units) part.NetworkOf(unit.network);
  for (const PartCase& one : part.cases) {
    const bool known = std::ranges::any_of(
        part.units, [&](const PartUnit& unit) { return unit.name == one.unit; });
    if (!known && !part.units.empty())
      throw Error("the evaluation '" + one.unit + "' of a case isn't there");
  }
}

}  // namespace

const PartNetwork& Part::NetworkOf(const std::string& network) const {
  const auto found = std::ranges::find(networks, network, &PartNetwork::network);
  if (found == networks.end()) throw Error("it has no network '" + network + "'");
  return *found;
}

fs::path PartsFolder(const fs::path& out) { return out / "parts"; }

fs::path PartFolder(const fs::path& out, const ImageRange& range) {
  return PartsFolder(out) / (std::to_string(range.begin) + "-" + std::to_string(range.end));
}

std::vector<fs::path> FinishedParts(const fs::path& out) {
  std::vector<fs::path> folders;
  std::error_code none;
  for (auto entry = fs::directory_iterator(PartsFolder(out), none);
       entry != fs::directory_iterator(); entry.increment(none)) {
    if (fs::exists(entry->path() / kPartFile, none)) folders.push_back(entry->path());
  }
  std::ranges::sort(folders);
  return folders;
}

fs::path UnitFile(const fs::path& folder, const std::string& unit) {
  return folder / (unit + ".json");
}

std::string DifferenceOf(const PartIdentity& own, const PartIdentity& other) {
  const std::map<std::string, std::string> ours(own.begin(), own.end());
  const std::map<std::string, std::string> theirs(other.begin(), other.end());
  std::string names;
  const auto add = [&](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  for (const auto& [name, value] : ours) {
    const auto same = theirs.find(name);
    if (same == theirs.end() || same->second != value) add(name);
  }
  for (const auto& [name, value] : theirs) {
    if (!ours.contains(name)) add(name);
  }
  return names;
}

void WritePart(const Part& part, const fs::path& folder) {
  for (const PartImage& image : part.images) {
    if (FindBinary(image.path).has_value())
      throw Error("the path of image '" + image.path +
                  "' isn't UTF-8 text, so that no part of a run can "
                  "name it; rename it");
  }
  // Through text, so that the digest is of what is read: what plugins say may not be UTF-8.
  Json json = ParseJson(ToLine(ToJson(part), /*replace=*/true));
  json[kDigest] = DigestOf(json);
  WriteFileAtomically(folder / kPartFile, ToLine(json, /*replace=*/false) + "\n");
}

Part ReadPart(const fs::path& folder) {
  const fs::path file = folder / kPartFile;
  try {
    const Json root = ParseJson(ReadTextFile(file));
    const Located located(root, Strictness::kLines);
    const Located digest = located.Child(kDigest);
    if (!digest.IsThere() || digest.json() != DigestOf(root))
      throw Error("it isn't what quantbench wrote there");
    Part part;
    Read(located, part);
    RequireConsistent(part);
    return part;
  } catch (const Error& error) {
    throw Error("'" + file.string() + "' is damaged: " + error.what());
  }
}

}  // namespace quantbench
