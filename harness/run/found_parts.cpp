// SPDX-License-Identifier: Apache-2.0
// Identities and ranges compared, files of predictions verified.
#include "run/found_parts.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "stage/cached_predictions.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

std::string Quoted(const fs::path& path) { return "'" + path.string() + "'"; }

std::string WhyNoPart(const fs::path& folder) {
  std::error_code ignored;
  const std::string missing = "missing: " + Quoted(folder) + " ";
  if (!fs::is_directory(folder, ignored)) return missing + "isn't a folder";
  if (fs::exists(PartsFolder(folder), ignored))
    return missing +
           "holds a part that isn't finished; run the same command again to go on with it";
  if (fs::exists(folder / "results.json", ignored))
    return missing + "holds results of a whole run, no part of one";
  return missing + "holds no part of a run; `quantbench run --shard I/N --out DIR` makes one";
}

int64_t Readable(const Part& part) {
  return std::ranges::count_if(part.images, [](const PartImage& one) { return one.readable; });
}

std::vector<std::string> UnitsOf(const Part& part) {
  std::vector<std::string> names;
  for (const PartUnit& unit : part.units) names.push_back(unit.name);
  return names;
}

void CheckIdentities(const FoundParts& found, std::vector<std::string>& problems) {
  const FoundPart& first = found.parts.front();
  const FoundPart* with_units = nullptr;
  for (const FoundPart& one : found.parts) {
    std::string difference = DifferenceOf(one.part.identity, first.part.identity);
    if (difference.empty() && one.part.images_of_run != first.part.images_of_run)
      difference = "number of images";
    if (!difference.empty()) {
      problems.push_back("foreign: " + Quoted(one.folder) + " belongs to another run than " +
                         Quoted(first.folder) + ": it has another " + difference);
      continue;
    }
    if (one.part.images.empty() || !one.part.evaluates) continue;
    if (with_units == nullptr) with_units = &one;
    if (UnitsOf(one.part) != UnitsOf(with_units->part))
      problems.push_back("damaged: " + Quoted(one.folder) + " has other evaluations than " +
                         Quoted(with_units->folder));
  }
}

// "part 2 of 3": where all parts are of one division, those whose number isn't there.
std::string MissingNumbers(const FoundParts& found) {
  const Part& first = found.parts.front().part;
  std::set<int> there;
  for (const FoundPart& one : found.parts) {
    if (one.part.count == 0 || one.part.count != first.count ||
        one.part.latency_on != first.latency_on)
      return "";
    there.insert(one.part.number);
  }
  std::string numbers;
  int missing = 0;
  constexpr int kListed = 20;
  for (int number = 1; number <= first.count; ++number) {
    if (there.contains(number)) continue;
    if (++missing <= kListed) numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
  }
  if (missing == 0) return "";
  return (missing == 1 ? "part " : "parts ") + numbers + (missing > kListed ? ", ..." : "") +
         " of " + std::to_string(first.count);
}

void CheckRanges(FoundParts& found, std::vector<std::string>& problems) {
  const int64_t all = found.images_of_run();
  const std::string of_all = " of " + std::to_string(all);
  const FoundPart* before = nullptr;
  std::string gaps;
  int64_t covered = 0;
  const auto add_gap = [&](int64_t begin, int64_t end) {
    if (begin < end)
      gaps += (gaps.empty() ? "" : ", ") + ToString(ImageRange{.begin = begin, .end = end});
  };
  for (const FoundPart& one : found.parts) {
    const ImageRange range = one.part.range();
    if (range.size() == 0) continue;
    if (before != nullptr && range.begin < covered)
      problems.push_back(
          "doubled: " +
          ToString(ImageRange{.begin = range.begin, .end = std::min(covered, range.end)}) + of_all +
          " are in " + Quoted(before->folder) + " and in " + Quoted(one.folder));
    add_gap(covered, range.begin);
    if (range.end > covered) before = &one;
    covered = std::max(covered, range.end);
  }
  add_gap(covered, all);
  const std::string numbers = MissingNumbers(found);
  if (!gaps.empty())
    found.missing.push_back(gaps + of_all + (numbers.empty() ? "" : " (" + numbers + ")"));
}

void CheckLatency(FoundParts& found, std::vector<std::string>& problems) {
  const FoundPart* measured = nullptr;
  int wanted_on = 0;
  for (const FoundPart& one : found.parts) {
    wanted_on = std::max(wanted_on, one.part.latency_on);
    if (!one.part.measures) continue;
    if (measured != nullptr)
      problems.push_back("doubled: latency is in " + Quoted(measured->folder) + " and in " +
                         Quoted(one.folder));
    measured = &one;
  }
  if (wanted_on > 0 && measured == nullptr)
    found.missing.push_back("latency (part " + std::to_string(wanted_on) + ")");
}

void CheckUnreadable(const FoundParts& found, std::vector<std::string>& problems) {
  int64_t unreadable = 0;
  for (const FoundPart& one : found.parts)
    unreadable += static_cast<int64_t>(one.part.images.size()) - Readable(one.part);
  const int allowed = found.parts.front().part.max_unreadable;
  if (unreadable > std::max(allowed, 0))
    problems.push_back(CountText(unreadable, "image") + " of all parts can't be read, " +
                       std::to_string(allowed) + " may be (dataset.max_unreadable)");
}

[[noreturn]] void Refuse(const std::vector<std::string>& problems) {
  std::string text = "these parts can't be merged, nothing was written:";
  for (const std::string& problem : problems) text += "\n  " + problem;
  throw Error(text);
}

}  // namespace

std::vector<std::string> DamageIn(const FoundPart& found) {
  std::vector<std::string> damage;
  for (const PartUnit& unit : found.part.units) {
    if (std::holds_alternative<Failure>(unit.outcome)) continue;
    const fs::path file = UnitFile(found.folder, unit.name);
    try {
      const Predictions predictions = ReadCachedPredictions(file, unit.key);
      if (static_cast<int64_t>(predictions.top5.size()) != Readable(found.part) ||
          predictions.checksums.size() != predictions.top5.size())
        throw Error(Quoted(file) + " is of other images");
    } catch (const Error& error) {
      damage.emplace_back(error.what());
    }
  }
  return damage;
}

int64_t FoundParts::images() const {
  int64_t sum = 0;
  for (const FoundPart& one : parts) sum += one.part.range().size();
  return sum;
}

int64_t FoundParts::images_of_run() const { return parts.front().part.images_of_run; }

FoundParts FindParts(const std::vector<fs::path>& folders) {
  FoundParts found;
  std::vector<std::string> problems;
  for (const fs::path& folder : folders) {
    const std::vector<fs::path> parts = FinishedParts(folder);
    if (parts.empty()) problems.push_back(WhyNoPart(folder));
    for (const fs::path& part : parts) {
      try {
        found.parts.push_back({.folder = part, .part = ReadPart(part)});
        for (const std::string& damage : DamageIn(found.parts.back()))
          problems.push_back("damaged: " + damage);
      } catch (const Error& error) {
        problems.push_back("damaged: " + std::string(error.what()));
      }
    }
  }
  if (found.parts.empty()) Refuse(problems);
  std::ranges::stable_sort(found.parts, {}, [](const FoundPart& one) {
    return std::tuple(one.part.begin, one.part.end, one.part.number, one.folder);
  });
  CheckIdentities(found, problems);
  CheckRanges(found, problems);
  CheckLatency(found, problems);
  CheckUnreadable(found, problems);
  if (!problems.empty()) {
    for (const std::string& missing : found.missing) problems.push_back("missing: " + missing);
    Refuse(problems);
  }
  return found;
}

std::variant<Predictions, Failure> JoinedUnit(const FoundParts& found, const std::string& unit) {
  std::vector<Predictions> ranges;
  std::string network;
  for (const FoundPart& one : found.parts) {
    const auto own = std::ranges::find(one.part.units, unit, &PartUnit::name);
    if (own == one.part.units.end()) continue;  // a part without images
    if (const auto* failure = std::get_if<Failure>(&own->outcome)) return *failure;
    network = own->network;
    ranges.push_back(ReadCachedPredictions(UnitFile(one.folder, unit), own->key));
  }
  return Joined(ranges, found.parts.front().part.NetworkOf(network).outputs);
}

}  // namespace quantbench
