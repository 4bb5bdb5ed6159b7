// SPDX-License-Identifier: Apache-2.0
// The four ways of choosing images: first n, n of each class, n at random, a list; then a part of
// them.
#include "dataset/image_subset.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "dataset/list_file.h"
#include "dataset/random.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

void CheckOneWayOfChoosing(const SubsetSpec& subset) {
  const std::pair<const char*, int64_t> counts[] = {
      {"images", subset.images}, {"per_class", subset.per_class}, {"random", subset.random}};
  std::string given;
  int ways = 0;
  const auto add = [&](const char* name) {
    given += (ways++ == 0 ? "" : ", ") + std::string(name);
  };
  for (const auto& [name, count] : counts) {
    if (count < 0)
      throw Error("split '" + subset.split + "': " + name + " is " + std::to_string(count) +
                  "; expected a positive number");
    if (count > 0) add(name);
  }
  if (!subset.list.empty()) add("list");
  if (ways > 1)
    throw Error("split '" + subset.split + "': " + given +
                " are given; expected one of images, per_class, random and list");
}

void CheckEnough(int64_t wanted, const char* key, size_t there, const std::string& split) {
  if (wanted <= static_cast<int64_t>(there)) return;
  throw Error("split '" + split + "' has " + CountText(there, "image") + ", " + key + " asks for " +
              std::to_string(wanted));
}

std::vector<ImageEntry> FirstOfEachClass(const std::vector<ImageEntry>& all,
                                         const std::vector<std::string>& classes,
                                         const SubsetSpec& subset) {
  std::map<int, int64_t> taken;
  std::vector<ImageEntry> chosen;
  for (const ImageEntry& image : all) {
    int64_t& count = taken[image.label];
    if (count == subset.per_class) continue;
    ++count;
    chosen.push_back(image);
  }
  for (const auto& [label, count] : taken) {
    if (count == subset.per_class) continue;
    const auto index = static_cast<size_t>(label);
    throw Error("split '" + subset.split + "': class " +
                (index < classes.size() ? "'" + classes[index] + "'" : std::to_string(label)) +
                " has " + CountText(count, "image") + ", per_class asks for " +
                std::to_string(subset.per_class));
  }
  return chosen;
}

// The first steps of a Fisher-Yates shuffle draw without replacement; sorting the drawn positions
// brings back file order.
std::vector<ImageEntry> Random(const std::vector<ImageEntry>& all, const SubsetSpec& subset) {
  CheckEnough(subset.random, "random", all.size(), subset.split);
  std::vector<size_t> positions(all.size());
  std::iota(positions.begin(), positions.end(), size_t{0});
  const auto count = static_cast<size_t>(subset.random);
  RandomGenerator random(subset.seed);
  for (size_t i = 0; i < count; ++i)
    std::swap(positions[i], positions[i + random.Below(positions.size() - i)]);
  positions.resize(count);
  std::sort(positions.begin(), positions.end());

  std::vector<ImageEntry> chosen;
  chosen.reserve(count);
  for (const size_t position : positions) chosen.push_back(all[position]);
  return chosen;
}

std::vector<ImageEntry> Listed(const std::vector<ImageEntry>& all, const SubsetSpec& subset) {
  std::unordered_map<std::string, const ImageEntry*> by_path;
  for (const ImageEntry& image : all) by_path.emplace(image.path, &image);
  std::vector<ImageEntry> chosen;
  for (const ListLine& line : ReadListFile(subset.list, "list of images")) {
    const auto found = by_path.find(line.text);
    if (found == by_path.end())
      throw Error(line.where + ": no image '" + line.text + "' in split '" + subset.split +
                  "'; expected paths relative to its folder, for instance '" + all.front().path +
                  "'");
    if (found->second == nullptr)
      throw Error(line.where + ": '" + line.text + "' is listed a second time");
    chosen.push_back(*std::exchange(found->second, nullptr));
  }
  return chosen;
}

std::vector<ImageEntry> Chosen(std::vector<ImageEntry> all, const std::vector<std::string>& classes,
                               const SubsetSpec& subset) {
  if (subset.per_class > 0) return FirstOfEachClass(all, classes, subset);
  if (subset.random > 0) return Random(all, subset);
  if (!subset.list.empty()) return Listed(all, subset);
  CheckEnough(subset.images, "images", all.size(), subset.split);
  if (subset.images > 0) all.resize(static_cast<size_t>(subset.images));
  return all;
}

// Every other image of a walk through the classes, and in each class by the hash of the path: both
// parts have as many of each class, give or take one, and as many in all. In the order of `images`.
std::vector<ImageEntry> PartOf(const std::vector<ImageEntry>& images, const SubsetSpec& subset) {
  struct Place {
    int label;
    std::string hash;
    size_t index;
    auto operator<=>(const Place&) const = default;
  };
  std::vector<Place> walk;
  for (size_t i = 0; i < images.size(); ++i)
    walk.push_back({images[i].label, Hasher().Add(images[i].path).Hex(), i});
  std::sort(walk.begin(), walk.end());
  std::vector<bool> is_in(images.size());
  for (size_t i = subset.part == ImagePart::kSearch ? 0 : 1; i < walk.size(); i += 2)
    is_in[walk[i].index] = true;
  std::vector<ImageEntry> part;
  for (size_t i = 0; i < images.size(); ++i)
    if (is_in[i]) part.push_back(images[i]);
  if (part.empty())
    throw Error("split '" + subset.split + "': one image can't be divided into two parts");
  return part;
}

}  // namespace

std::vector<ImageEntry> CutSubset(std::vector<ImageEntry> all,
                                  const std::vector<std::string>& classes,
                                  const SubsetSpec& subset) {
  CheckOneWayOfChoosing(subset);
  std::vector<ImageEntry> chosen = Chosen(std::move(all), classes, subset);
  return subset.part == ImagePart::kAll ? chosen : PartOf(chosen, subset);
}

}  // namespace quantbench
